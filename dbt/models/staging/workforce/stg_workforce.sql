-- Grain: one month, one person, one post, one sender.
with source as (

    select * from {{ source('raw', 'workforce') }}

),

final as (

    select
        -- ids
        person_id,
        post_id,
        team_id,
        service_id,
        manager_person_id,

        -- attributes
        role,
        grade,
        pay_point,
        qualification_route,
        setting,
        is_agency,
        is_main_post,

        -- numbers
        contracted_fte,
        contracted_days,
        available_days,

        -- dates
        month,
        start_date,
        qualification_date,

        -- delivery
        _sender as sender,
        _file_hash as file_hash,
        _delivered_at as delivered_at
    from source
    where _superseded_by is null

)

select * from final

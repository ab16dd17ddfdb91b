-- Grain: one person, one leaving date.
with source as (

    select * from {{ source('raw', 'exits') }}

),

final as (

    select
        -- ids
        person_id,

        -- attributes
        leaving_kind,
        main_reason,

        -- dates
        leaving_date,
        {{ month_of('leaving_date') }} as month,

        -- delivery
        _delivered_at as delivered_at
    from source
    where _superseded_by is null

)

select * from final

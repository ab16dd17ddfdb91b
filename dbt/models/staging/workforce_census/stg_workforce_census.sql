-- Grain: one reference date, one worker, one start of a role, one sender.
with source as (

    select * from {{ source('raw', 'workforce_census') }}

),

final as (

    select
        -- ids
        registration_id,

        -- attributes
        is_agency,

        -- numbers
        fte,

        -- dates
        reference_date,
        role_start_date,
        role_end_date,

        -- delivery
        _sender as sender
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one booked session of protected time.
with source as (

    select * from {{ source('raw', 'protected_time') }}

),

final as (

    select
        -- ids
        session_id,
        person_id,

        -- attributes
        outcome,
        reason,

        -- numbers
        hours_booked,
        hours_taken,

        -- dates
        session_date,
        {{ month_of('session_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

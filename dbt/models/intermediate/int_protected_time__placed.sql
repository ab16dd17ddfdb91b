-- Grain: one booked session of protected time of a practitioner whose unit is known.
with sessions as (

    select * from {{ ref('stg_protected_time') }}

),

-- Only a session recorded as taken gives hours: all those booked where the hours were not written down, never more.
judged as (

    select
        session_id,
        month,
        person_id,
        hours_booked,
        coalesce(outcome, 'not_recorded') as outcome,
        case when outcome = 'displaced' then coalesce(reason, 'not_stated') end as displaced_for,
        case
            when outcome = 'taken' then least(coalesce(hours_taken, hours_booked), hours_booked)
            else 0
        end as hours_taken
    from sessions

),

{{ placed('judged') }},

final as (

    select * from placed

)

select * from final

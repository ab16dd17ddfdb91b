-- Grain: one metric, month, unit and breakdown value.
with learning as (

    select * from {{ ref('int_learning__events') }}

),

-- A place in a course is booked; a quiz is not.
booked as (

    select
        month,
        person_id,
        mode,
        case when outcome = 'cancelled' then 1 else 0 end as numerator,
        1 as denominator
    from learning
    where mode in ('full_day', 'conference', 'course', 'webinar', 'role_play') and not is_taken_back

),

{{ placed('booked') }},

{{ roll_up('placed', feeds=['workforce', 'learning'], agency_apart=false) }}

select * from final

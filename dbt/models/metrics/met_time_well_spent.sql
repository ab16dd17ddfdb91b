-- Grain: one metric, wave, unit and breakdown value.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

{{ survey_responses('answers', items=['time_well_spent', 'regular_use']) }},

measured as (

    select
        *,
        case when time_well_spent = 'yes' then 1 else 0 end as numerator,
        1 as denominator
    from responses
    where time_well_spent in ('yes', 'neither', 'no')

),

{{ roll_up_periods('measured', counted='response_id') }}

select * from final

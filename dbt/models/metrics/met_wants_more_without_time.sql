-- Grain: one metric, wave, unit and breakdown value.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

{{ survey_responses('answers', items=['wants_more', 'has_time', 'regular_use']) }},

measured as (

    select
        *,
        case when wants_more = 'yes' and has_time = 'no' then 1 else 0 end as numerator,
        1 as denominator
    from responses
    where wants_more in ('yes', 'neither', 'no') and has_time in ('yes', 'neither', 'no')

),

{{ roll_up_periods('measured', counted='response_id') }}

select * from final

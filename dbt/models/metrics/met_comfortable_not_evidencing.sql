-- Grain: one metric, wave, unit and breakdown value.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

{{ survey_responses('answers', items=['comfortable', 'regular_use']) }},

measured as (

    select
        *,
        case when comfortable = 'yes' and regular_use = 'no' then 1 else 0 end as numerator,
        1 as denominator
    from responses
    where comfortable in ('yes', 'neither', 'no') and regular_use in ('yes', 'no')

),

{{ roll_up_periods('measured', counted='response_id') }}

select * from final

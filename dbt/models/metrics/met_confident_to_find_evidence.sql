-- Grain: one metric, wave, unit and breakdown value.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

{{ survey_responses('answers', items=['can_find', 'regular_use']) }},

measured as (

    select
        *,
        case when can_find = 'yes' then 1 else 0 end as numerator,
        1 as denominator
    from responses
    where can_find in ('yes', 'no')

),

{{ roll_up_periods('measured', counted='response_id') }}

select * from final

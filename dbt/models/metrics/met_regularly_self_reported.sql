-- Grain: one metric, wave, unit and breakdown value.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

measured as (

    select
        wave_date as period_start,
        wave_date as period_end,
        response_id,
        service_id,
        role,
        case when answer = 'yes' then 1 else 0 end as numerator,
        1 as denominator
    from answers
    where
        item = 'regular_use'
        and answer in ('yes', 'no')
        and {{ has_eligible_role() }}

),

{{ roll_up_periods('measured', counted='response_id') }}

select * from final

-- Grain: one metric, month with a round, unit and breakdown value.
with entries as (

    select * from {{ ref('int_progression__entries') }}

),

measured as (

    select
        period_start,
        period_end,
        person_id,
        service_id,
        evidence_use,
        evidence_route,
        hours_band,
        tenure_band,
        case when has_portfolio then 1 else 0 end as numerator,
        1 as denominator
    from entries
    where is_application and has_portfolio is not null

),

{{ roll_up_periods('measured', counted='person_id') }}

select * from final

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
        case when outcome = 'progressed' then 1 else 0 end as numerator,
        1 as denominator
    from entries
    where is_application and outcome in ('progressed', 'not_progressed')

),

{{ roll_up_periods('measured', counted='person_id') }}

select * from final

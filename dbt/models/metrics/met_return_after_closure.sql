-- Grain: one metric, year to 31 March, unit and breakdown value.
with closures as (

    select * from {{ ref('int_cases__closures') }}

),

years as (

    select * from {{ ref('int_cases__years') }}

),

measured as (

    select
        years.period_start,
        years.period_end,
        closures.family_id,
        closures.service_id,
        closures.evidence_named,
        case when closures.has_returned then 1 else 0 end as numerator,
        1 as denominator
    from closures
    inner join years on closures.period_end = years.period_end

),

{{ roll_up_periods('measured', counted='family_id') }}

select * from final

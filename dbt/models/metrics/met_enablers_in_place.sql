-- Grain: one metric and month, for the organisation.
with action_plan as (

    select * from {{ ref('stg_action_plan') }}

),

register_months as (

    select month from {{ ref('int_registers__month_coverage') }}
    where feed = 'action_plan' and severity = 0

),

listed as (

    select
        register_months.month,
        case
            when
                action_plan.is_enabler_in_place
                and (action_plan.done_date is null or action_plan.done_date <= last_day(register_months.month))
                then 1
            else 0
        end as is_in_place
    from register_months
    inner join action_plan on action_plan.entered_on <= last_day(register_months.month)
    where action_plan.is_enabler_in_place is not null

),

-- Enablers are nobody's small numbers: no people are behind them.
measured as (

    select
        month,
        sum(is_in_place) as numerator,
        count(*) as denominator,
        0 as people
    from listed
    group by month

),

{{ organisation_only('measured', feeds=['action_plan'], coverage=ref('int_registers__month_coverage')) }}

select * from final

-- Grain: one metric and month, for the organisation.
with action_plan as (

    select * from {{ ref('stg_action_plan') }}

),

register_months as (

    select month from {{ ref('int_registers__month_coverage') }}
    where feed = 'action_plan' and severity = 0

),

due as (

    select
        register_months.month,
        case when action_plan.done_date <= action_plan.due_date then 1 else 0 end as is_on_time
    from register_months
    inner join action_plan
        on
            action_plan.entered_on <= last_day(register_months.month)
            and action_plan.due_date <= last_day(register_months.month)
            and action_plan.due_date > last_day({{ month_add('register_months.month', -12) }})

),

-- Actions are nobody's small numbers: no people are behind them.
measured as (

    select
        month,
        sum(is_on_time) as numerator,
        count(*) as denominator,
        0 as people
    from due
    group by month

),

{{ organisation_only('measured', feeds=['action_plan'], coverage=ref('int_registers__month_coverage')) }}

select * from final

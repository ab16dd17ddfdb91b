-- Grain: one metric and month, for the organisation.
with learning_calendar as (

    select * from {{ ref('stg_learning_calendar') }}

),

register_months as (

    select month from {{ ref('int_registers__month_coverage') }}
    where feed = 'learning_calendar' and severity = 0

),

planned as (

    select
        register_months.month,
        learning_calendar.outcome,
        learning_calendar.n_invited,
        learning_calendar.n_attended
    from register_months
    inner join learning_calendar
        on
            learning_calendar.event_date <= last_day(register_months.month)
            and learning_calendar.event_date > last_day({{ month_add('register_months.month', -12) }})

),

measured as (

    select
        month,
        count(*) filter (where outcome = 'held') as numerator,
        count(*) as denominator,
        0 as people
    from planned
    group by month

),

{{ organisation_only('measured', feeds=['learning_calendar'], coverage=ref('int_registers__month_coverage')) }}

select * from final

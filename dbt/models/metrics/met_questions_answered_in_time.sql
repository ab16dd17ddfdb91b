-- Grain: one metric and month, for the organisation.
with research_activity as (

    select * from {{ ref('stg_research_activity') }}

),

register_months as (

    select month from {{ ref('int_registers__month_coverage') }}
    where feed = 'research_activity' and severity = 0

),

questions as (

    select
        activity_date,
        completed_on,
        cast(activity_date + 30 as date) as due_date
    from research_activity
    where kind = 'question'

),

due as (

    select
        register_months.month,
        case when questions.completed_on between questions.activity_date and questions.due_date then 1 else 0 end as is_in_time
    from register_months
    inner join questions
        on
            questions.due_date <= last_day(register_months.month)
            and questions.due_date > last_day({{ month_add('register_months.month', -12) }})

),

-- Whether a question is answered says nothing of a person: no people are behind it.
measured as (

    select
        month,
        sum(is_in_time) as numerator,
        count(*) as denominator,
        0 as people
    from due
    group by month

),

{{ organisation_only('measured', feeds=['research_activity'], coverage=ref('int_registers__month_coverage')) }}

select * from final

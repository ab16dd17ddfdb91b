-- Grain: one metric, month and kind of work, for the organisation.
with research_activity as (

    select * from {{ ref('stg_research_activity') }}

),

action_plan as (

    select * from {{ ref('stg_action_plan') }}

),

register_coverage as (

    select month from {{ ref('int_registers__month_coverage') }}
    where feed = 'action_plan' and severity = 0

),

-- A post counts in each month at whose end it was in the plan and paid for.
paid_months as (

    select
        register_coverage.month as paid_month,
        sum(action_plan.fte) as fte
    from register_coverage
    inner join action_plan
        on
            action_plan.entered_on <= last_day(register_coverage.month)
            and coalesce(action_plan.funding_end_date, last_day(register_coverage.month)) >= last_day(register_coverage.month)
    where action_plan.block = 'research_facilitator' and action_plan.fte > 0
    group by register_coverage.month

),

full_time_months as (

    select
        register_coverage.month,
        sum(paid_months.fte) as n_months
    from register_coverage
    inner join paid_months
        on
            register_coverage.month >= paid_months.paid_month
            and {{ month_add('register_coverage.month', -12) }} < paid_months.paid_month
    group by register_coverage.month

),

work as (

    select
        activity_date,
        case when kind = 'facilitator_contact' then 'contact' else 'project' end as work_kind
    from research_activity
    where kind in ('facilitator_contact', 'project_host', 'project_co_applicant', 'project_recruiter', 'project_participant')

),

-- No people are behind what is counted: a contact is not said to be anybody's.
measured as (

    select
        full_time_months.month,
        kinds.work_kind,
        count(work.activity_date) as numerator,
        full_time_months.n_months as denominator,
        0 as people
    from full_time_months
    cross join (values ('contact'), ('project')) as kinds (work_kind)
    left join work
        on
            kinds.work_kind = work.work_kind
            and work.activity_date <= last_day(full_time_months.month)
            and work.activity_date > last_day({{ month_add('full_time_months.month', -12) }})
    group by full_time_months.month, full_time_months.n_months, kinds.work_kind

),

{{ organisation_by(
    'measured',
    'work_kind',
    feeds=['research_activity', 'action_plan'],
    coverage=ref('int_registers__month_coverage'),
    shared_denominator=true,
) }}

select * from final

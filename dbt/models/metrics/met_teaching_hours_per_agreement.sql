-- Grain: one metric and month, for the organisation.
with research_activity as (

    select * from {{ ref('stg_research_activity') }}

),

{{ in_register_window('research_activity', 'activity_date', feed='research_activity', n_months=12) }},

taught as (

    select
        register_month,
        sum(hours) as hours
    from in_window
    where kind = 'teaching'
    group by register_month

),

-- An agreement runs on until the register gives a last day. No people are behind it.
measured as (

    select
        register_months.register_month as month,
        coalesce(max(taught.hours), 0) as numerator,
        count(*) as denominator,
        0 as people
    from register_months
    inner join research_activity
        on
            research_activity.activity_date <= last_day(register_months.register_month)
            and coalesce(research_activity.completed_on, last_day(register_months.register_month))
            >= last_day(register_months.register_month)
    left join taught on register_months.register_month = taught.register_month
    where research_activity.kind = 'partnership'
    group by register_months.register_month

),

{{ organisation_only('measured', feeds=['research_activity'], coverage=ref('int_registers__month_coverage')) }}

select * from final

-- Grain: one metric and month, for the organisation.
with learning_calendar as (

    select * from {{ ref('stg_learning_calendar') }}

),

{{ in_register_window('learning_calendar', 'event_date', feed='learning_calendar', n_months=12) }},

measured as (

    select
        register_month as month,
        sum(least(n_attended, n_invited)) as numerator,
        sum(n_invited) as denominator,
        max(n_invited) as people
    from in_window
    where outcome = 'held' and n_invited is not null and n_attended is not null
    group by register_month

),

{{ organisation_only('measured', feeds=['learning_calendar'], coverage=ref('int_registers__month_coverage')) }}

select * from final

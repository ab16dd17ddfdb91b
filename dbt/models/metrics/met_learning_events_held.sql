-- Grain: one metric and month, for the organisation.
with learning_calendar as (

    select * from {{ ref('stg_learning_calendar') }}

),

{{ in_register_window('learning_calendar', 'event_date', feed='learning_calendar', n_months=12) }},

measured as (

    select
        register_month as month,
        count(*) filter (where outcome = 'held') as numerator,
        count(*) as denominator,
        0 as people
    from in_window
    group by register_month

),

{{ organisation_only('measured', feeds=['learning_calendar'], coverage=ref('int_registers__month_coverage')) }}

select * from final

-- Grain: one metric and month, for the organisation.
with findings as (

    select * from {{ ref('stg_research_activity') }}
    where kind = 'finding'

),

{{ in_register_window('findings', 'activity_date', feed='research_activity', n_months=24) }},

-- No people are behind a finding.
measured as (

    select
        register_month as month,
        count(*) filter (where completed_on between activity_date and last_day(register_month)) as numerator,
        count(*) as denominator,
        0 as people
    from in_window
    group by register_month

),

{{ organisation_only('measured', feeds=['research_activity'], coverage=ref('int_registers__month_coverage')) }}

select * from final

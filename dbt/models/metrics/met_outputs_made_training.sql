-- Grain: one metric and month, for the organisation.
with outputs as (

    select * from {{ ref('stg_research_activity') }}
    where kind in ('local_product', 'publication', 'finding')

),

{{ in_register_window('outputs', 'activity_date', feed='research_activity', n_months=24) }},

-- No people are behind an output.
measured as (

    select
        register_month as month,
        count(*) filter (where became_training) as numerator,
        count(*) as denominator,
        0 as people
    from in_window
    group by register_month

),

{{ organisation_only('measured', feeds=['research_activity'], coverage=ref('int_registers__month_coverage')) }}

select * from final

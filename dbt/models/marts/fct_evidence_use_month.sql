-- Grain: one person, one month with at least one day of qualifying evidence use.
{% set feeds = ['resource_usage', 'supervision'] %}
{{ config(
    materialized='incremental',
    incremental_strategy='touched_months',
    on_schema_change='fail',
    meta={'touched_by': feeds},
) }}

with qualifying_days as (

    select * from {{ ref('int_evidence__qualifying_days') }}

),

{% if is_incremental() %}
    touched as (

        {{ touched_months(feeds) }}

    ),
{% endif %}

days as (

    select * from qualifying_days
    {% if is_incremental() %}
        where month in (select touched.month from touched)
    {% endif %}

),

final as (

    select
        month,
        person_id,
        count(distinct evidence_date) as n_days_any,
        count(distinct evidence_date) filter (where channel = 'logged') as n_days_logged,
        count(distinct evidence_date) filter (where channel = 'declared') as n_days_declared,
        count(distinct evidence_date) filter (where channel = 'observed') as n_days_observed
    from days
    group by month, person_id

)

select * from final

-- Grain: one person, one month with at least one day of qualifying evidence use.
{% set feeds = ['resource_usage', 'supervision', 'learning', 'learning_activities', 'cpd'] %}
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

    select
        month,
        person_id,
        evidence_date,
        bool_or(channel = 'logged') as is_logged,
        bool_or(channel = 'declared') as is_declared,
        bool_or(channel = 'observed') as is_observed
    from qualifying_days
    {% if is_incremental() %}
        where month in (select touched.month from touched)
    {% endif %}
    group by month, person_id, evidence_date

),

final as (

    select
        month,
        person_id,
        count(*) as n_days_any,
        count(*) filter (where is_logged) as n_days_logged,
        count(*) filter (where is_declared) as n_days_declared,
        count(*) filter (where is_observed) as n_days_observed
    from days
    group by month, person_id

)

select * from final

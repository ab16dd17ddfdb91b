-- Grain: one metric and month, for the organisation.
with entries as (

    select
        activity_date as entry_date,
        kind as entry_kind
    from {{ ref('stg_research_activity') }}

),

{{ per_100_practitioners('entries', kinds=['local_product']) }},

{{ organisation_only('per_100', feeds=['workforce', 'research_activity'], coverage=ref('int_registers__month_coverage')) }}

select * from final

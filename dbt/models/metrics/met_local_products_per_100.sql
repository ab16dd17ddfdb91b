-- Grain: one metric, month and kind of product, for the organisation.
with entries as (

    select
        activity_date as entry_date,
        kind as entry_kind
    from {{ ref('stg_research_activity') }}

),

{{ per_100_practitioners('entries', kinds=['local_product', 'publication']) }},

{{ organisation_by(
    'per_100',
    'entry_kind',
    feeds=['workforce', 'research_activity'],
    coverage=ref('int_registers__month_coverage'),
    shared_denominator=true,
) }}

select * from final

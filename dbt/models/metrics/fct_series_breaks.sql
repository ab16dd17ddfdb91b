-- Grain: one metric, month and source that starts in it.
{{ config(contract={'enforced': true}) }}

with records as (

    select distinct
        metric_id,
        feed
    from ({{ metric_records_sql() }})

),

metric_values as (

    select * from {{ ref('int_metrics__values') }}

),

feed_months as (

    select * from {{ source('ledger', 'feed_months') }}

),

resource_starts as (

    select * from {{ ref('int_resource_usage__source_starts') }}

),

counter_starts as (

    select * from {{ ref('int_counter__source_starts') }}

),

source_starts as (

    select
        feed,
        'feed' as source_kind,
        feed as source,
        min(month) as month
    from feed_months
    group by feed

    union all

    select
        'resource_usage' as feed,
        source_kind,
        source,
        month
    from resource_starts

    union all

    select
        'counter_usage' as feed,
        source_kind,
        source,
        month
    from counter_starts

),

-- The months that a metric's first figure is made of are not after it: a source that was there from the start breaks nothing.
first_known as (

    select
        metric_id,
        min(period_end) as first_known_date
    from metric_values
    where unit_level = 'organisation' and value_state in ('observed', 'too_few')
    group by metric_id

),

final as (

    select
        records.metric_id,
        source_starts.month,
        source_starts.feed,
        source_starts.source_kind,
        source_starts.source
    from source_starts
    inner join records on source_starts.feed = records.feed
    inner join first_known
        on
            records.metric_id = first_known.metric_id
            and source_starts.month > first_known.first_known_date

)

select * from final

-- Grain: one metric, month and source that starts in it.
{{ config(contract={'enforced': true}) }}

with records as (

    select distinct
        metric_id,
        feed,
        case
            when time_window like '% month%' then cast(split_part(time_window, ' ', 1) as integer)
            else 1
        end as n_window_months
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

supervision_starts as (

    select * from {{ ref('int_supervision__source_starts') }}

),

learning_starts as (

    select * from {{ ref('int_learning__source_starts') }}

),

counter_starts as (

    select * from {{ ref('int_counter__source_starts') }}

),

case_starts as (

    select * from {{ ref('int_cases__source_starts') }}

),

system_changes as (

    select distinct
        feed,
        first_month
    from {{ source('ledger', 'system_changes') }}

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
        'supervision' as feed,
        source_kind,
        source,
        month
    from supervision_starts

    union all

    select
        'learning' as feed,
        source_kind,
        source,
        month
    from learning_starts

    union all

    select
        'counter_usage' as feed,
        source_kind,
        source,
        month
    from counter_starts

    union all

    select
        'cases' as feed,
        source_kind,
        source,
        month
    from case_starts

    union all

    select
        feed,
        'system' as source_kind,
        feed as source,
        first_month as month
    from system_changes

),

first_known as (

    select
        metric_id,
        min(period_end) as first_known_date
    from metric_values
    where unit_level = 'organisation' and value_state in ('observed', 'too_few')
    group by metric_id

),

-- Only metrics of the use of evidence, which read resources too, read a channel.
evidence_metrics as (

    select metric_id
    from records
    where feed = 'resource_usage'

),

-- A source that is there from the first month that the first figure is made of breaks nothing. One that comes later is in
-- only some months of a window, until the window has moved past its start.
final as (

    select
        records.metric_id,
        source_starts.month,
        {{ month_add('source_starts.month', '(records.n_window_months - 1)') }} as settled_month,
        source_starts.feed,
        source_starts.source_kind,
        source_starts.source
    from source_starts
    inner join records on source_starts.feed = records.feed
    inner join first_known
        on
            records.metric_id = first_known.metric_id
            and source_starts.month
            > {{ month_add(month_of('first_known.first_known_date'), '(1 - records.n_window_months)') }}
    where
        source_starts.source_kind <> 'channel'
        or records.metric_id in (select evidence_metrics.metric_id from evidence_metrics)

)

select * from final

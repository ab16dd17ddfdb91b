-- Grain: one feed, one month from the first any monthly feed covers to the month reported.
with feeds as (

    select * from {{ source('ledger', 'feeds') }}

),

covered_months as (

    select * from {{ source('ledger', 'feed_months') }}

),

deliveries as (

    select * from {{ source('ledger', 'deliveries') }}

),

month_coverage as (

    select * from {{ ref('int_feeds__month_coverage') }}

),

first_entries as (

    select
        feed,
        min(month) as month
    from covered_months
    group by feed

),

last_delivered as (

    select
        feed,
        max(delivered_at) as delivered_at
    from deliveries
    where status = 'loaded'
    group by feed

),

-- What stands in a register holds until somebody writes otherwise, for as long as somebody keeps it.
final as (

    select
        month_coverage.feed,
        month_coverage.month,
        case
            when feeds.due_days is not null then month_coverage.severity
            when
                month_coverage.month >= first_entries.month
                and month_coverage.month <= {{ month_add(month_of('last_delivered.delivered_at'), 12) }}
                then 0
            else 1
        end as severity
    from month_coverage
    inner join feeds on month_coverage.feed = feeds.feed
    left join first_entries on month_coverage.feed = first_entries.feed
    left join last_delivered on month_coverage.feed = last_delivered.feed

)

select * from final

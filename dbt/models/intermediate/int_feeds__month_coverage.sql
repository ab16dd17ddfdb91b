-- Grain: one feed, one month from the first any feed covers to the month reported.
with feeds as (

    select * from {{ source('ledger', 'feeds') }}

),

covered_months as (

    select * from {{ source('ledger', 'feed_months') }}

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

-- What is sent only occasionally may go back many years and starts no calendar.
monthly_feeds as (

    select feed
    from feeds
    where due_days is not null

),

calendar_ends as (

    select
        min(covered_months.month) as first_month,
        (select max(month) from run_parameters) as last_month
    from covered_months
    inner join monthly_feeds on covered_months.feed = monthly_feeds.feed

),

calendar as (

    select {{ months_from_to('first_month', 'last_month') }} as month
    from calendar_ends

),

last_covered as (

    select
        feed,
        max(month) as month
    from covered_months
    group by feed

),

severities as (

    select
        feeds.feed,
        calendar.month,
        case
            when not feeds.is_on then 1
            when covered_months.month is not null then 0
            when feeds.due_days is null or last_covered.month is null or calendar.month < last_covered.month then 1
            when run_parameters.as_at <= last_day(calendar.month) + cast(feeds.due_days as integer) then 2
            else 3
        end as severity
    from feeds
    cross join calendar
    cross join run_parameters
    left join last_covered on feeds.feed = last_covered.feed
    left join covered_months on feeds.feed = covered_months.feed and calendar.month = covered_months.month

),

final as (

    select
        feed,
        month,
        severity,
        case severity
            when 0 then 'observed'
            when 1 then 'not_collected'
            when 2 then 'not_due'
            else 'feed_stale'
        end as value_state
    from severities

)

select * from final

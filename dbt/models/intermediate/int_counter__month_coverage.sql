-- Grain: one month from the first any feed covers to the month reported.
with counter_usage as (

    select * from {{ ref('stg_counter_usage') }}

),

feed_coverage as (

    select *
    from {{ ref('int_feeds__month_coverage') }}
    where feed = 'counter_usage'

),

feeds as (

    select *
    from {{ source('ledger', 'feeds') }}
    where feed = 'counter_usage'

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

-- A publisher reports for all its platforms, also one on which nothing was used. '' stands for anybody.
reported_months as (

    select
        coalesce(created_by, platform) as reporter,
        month
    from counter_usage
    where is_whole and report_id in ('PR', 'TR', 'DR', 'IR')

    union

    select
        '' as reporter,
        month
    from counter_usage
    where is_whole and report_id in ('PR', 'TR', 'DR', 'IR')

),

reporters as (

    select
        reporter,
        min(month) as first_month,
        max(month) as last_month
    from reported_months
    group by reporter

),

anybody as (

    select *
    from reporters
    where reporter = ''

),

-- From its first month a publisher is waited for, until the others are more than three months ahead: its licence ended.
awaited_months as (

    select
        reporters.reporter,
        reporters.last_month,
        feed_coverage.month
    from feed_coverage
    cross join anybody
    inner join reporters
        on
            reporters.reporter = ''
            or (
                feed_coverage.month between reporters.first_month and anybody.last_month
                and (
                    feed_coverage.month <= reporters.last_month
                    or {{ month_add('reporters.last_month', 3) }} >= anybody.last_month
                )
            )

),

severities as (

    select
        awaited_months.month,
        max(case
            when reported_months.month is not null then 0
            when awaited_months.month < awaited_months.last_month then 1
            when run_parameters.as_at <= last_day(awaited_months.month) + cast(feeds.due_days as integer) then 2
            else 3
        end) as severity
    from awaited_months
    cross join feeds
    cross join run_parameters
    left join reported_months
        on
            awaited_months.reporter = reported_months.reporter
            and awaited_months.month = reported_months.month
    group by awaited_months.month

),

final as (

    select
        feed_coverage.feed,
        feed_coverage.month,
        greatest(feed_coverage.severity, coalesce(severities.severity, 1)) as severity
    from feed_coverage
    left join severities on feed_coverage.month = severities.month

)

select * from final

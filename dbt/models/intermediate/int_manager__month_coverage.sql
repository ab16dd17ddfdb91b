-- Grain: one thing that the managers' metrics need, one month.
with coverage as (

    select * from {{ ref('int_feeds__month_coverage') }}

),

-- A feed that was never sent, or is off, is nobody's duty and hides no late one.
managers_feeds as (

    select
        feed,
        month,
        severity,
        bool_or(severity = 0) over (partition by feed) as is_in_use
    from coverage
    where feed in ('manager_classification', 'manager_classification_reports')

),

-- Managers return counts or names: either will do.
either_return as (

    select
        'manager_returns' as feed,
        month,
        case
            when min(severity) = 0 then 0
            else coalesce(max(severity) filter (where is_in_use), 1)
        end as severity
    from managers_feeds
    group by month

),

-- Regular use looks at three months of two feeds; a month before the first delivery has no row.
regular_use as (

    select
        'regular_use' as feed,
        months.month,
        case
            when count(in_window.severity) < 6 then greatest(max(in_window.severity), 1)
            else max(in_window.severity)
        end as severity
    from (select distinct coverage.month from coverage) as months
    inner join coverage as in_window
        on
            months.month >= in_window.month
            and in_window.month > {{ month_add('months.month', -3) }}
            and in_window.feed in ('workforce', 'resource_usage')
    group by months.month

),

final as (

    select
        feed,
        month,
        severity
    from coverage
    where feed in ('workforce', 'manager_classification_reports')

    union all

    select * from either_return
    union all
    select * from regular_use

)

select * from final

-- Grain: one thing that the managers' metrics need, one month.
with coverage as (

    select * from {{ ref('int_feeds__month_coverage') }}

),

-- Managers return counts or names: either will do.
either_return as (

    select
        'manager_returns' as feed,
        month,
        min(severity) as severity
    from coverage
    where feed in ('manager_classification', 'manager_classification_reports')
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

-- Grain: one platform, one metric type, one month.
with counter_usage as (

    select * from {{ ref('stg_counter_usage') }}

),

-- Views such as TR_J1 are parts of a report and never stand for it, nor does a month that the report does not hold whole.
whole_reports as (

    select
        *,
        case report_id when 'PR' then 1 when 'TR' then 2 when 'DR' then 3 when 'IR' then 4 end as preference
    from counter_usage
    where is_whole and report_id in ('PR', 'TR', 'DR', 'IR')

),

-- Reports of one platform repeat each other, so they are never added up: one is chosen, a filtered one last.
chosen_reports as (

    select
        platform,
        month,
        report_id,
        filters
    from whole_reports
    qualify row_number() over (partition by platform, month order by filters <> '-', preference, filters) = 1

),

final as (

    select
        whole_reports.platform,
        whole_reports.metric_type,
        whole_reports.month,
        whole_reports.report_id,
        cast(sum(whole_reports.n_uses) as bigint) as n_uses,
        cast(
            coalesce(sum(whole_reports.n_uses) filter (where whole_reports.access_method = 'Regular'), 0) as bigint
        ) as n_uses_regular
    from whole_reports
    inner join chosen_reports
        on
            whole_reports.platform = chosen_reports.platform
            and whole_reports.month = chosen_reports.month
            and whole_reports.report_id = chosen_reports.report_id
            and whole_reports.filters = chosen_reports.filters
    group by whole_reports.platform, whole_reports.metric_type, whole_reports.month, whole_reports.report_id

)

select * from final

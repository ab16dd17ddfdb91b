-- Grain: one metric, month and kind of refusal, for the organisation.
with counter_usage as (

    select * from {{ ref('stg_counter_usage') }}

),

-- A platform report has no refusals, and one asked for by kind of count may have left them out. Of a platform one report
-- gives both sides.
chosen_reports as (

    select
        platform,
        month,
        report_id,
        filters
    from counter_usage
    where is_whole and report_id in ('TR', 'DR', 'IR') and filters not like '%Metric_Type%'
    qualify row_number() over (
        partition by platform, month
        order by filters <> '-', case report_id when 'TR' then 1 when 'DR' then 2 else 3 end, filters
    ) = 1

),

counted as (

    select
        counter_usage.month,
        sum(counter_usage.n_uses) filter (where counter_usage.metric_type = 'No_License') as no_licence,
        sum(counter_usage.n_uses) filter (where counter_usage.metric_type = 'Limit_Exceeded') as limit_exceeded,
        sum(counter_usage.n_uses) filter (where counter_usage.metric_type = 'Total_Item_Requests') as n_requests
    from counter_usage
    inner join chosen_reports
        on
            counter_usage.platform = chosen_reports.platform
            and counter_usage.month = chosen_reports.month
            and counter_usage.report_id = chosen_reports.report_id
            and counter_usage.filters = chosen_reports.filters
    where counter_usage.access_method = 'Regular'
    group by counter_usage.month

),

-- No people are behind a publisher's counts.
measured as (

    select
        counted.month,
        refusals.refusal,
        coalesce(case refusals.refusal when 'no_licence' then no_licence else limit_exceeded end, 0) as numerator,
        coalesce(counted.n_requests, 0) / 100 as denominator,
        0 as people
    from counted
    cross join (values ('no_licence'), ('limit_exceeded')) as refusals (refusal)

),

{{ organisation_by(
    'measured',
    'refusal',
    feeds=['counter_usage'],
    coverage=ref('int_counter__month_coverage'),
    shared_denominator=true,
) }}

select * from final

-- Grain: one platform, one metric type, one month.
with counter_usage as (

    select * from {{ ref('stg_counter_usage') }}

),

-- Reports of one platform repeat each other, so they are never added up. Views such as TR_J1 are parts of a report and
-- never stand for it.
preferences as (

    select
        *,
        case report_id when 'PR' then 1 when 'TR' then 2 when 'DR' then 3 when 'IR' then 4 end as preference
    from counter_usage

),

chosen_reports as (

    select
        platform,
        month,
        min(preference) as preference
    from preferences
    group by platform, month

),

final as (

    select
        preferences.platform,
        preferences.metric_type,
        preferences.month,
        preferences.report_id,
        cast(sum(preferences.n_uses) as bigint) as n_uses,
        cast(
            coalesce(sum(preferences.n_uses) filter (where preferences.access_method = 'Regular'), 0) as bigint
        ) as n_uses_regular
    from preferences
    inner join chosen_reports
        on
            preferences.platform = chosen_reports.platform
            and preferences.month = chosen_reports.month
            and preferences.preference = chosen_reports.preference
    group by preferences.platform, preferences.metric_type, preferences.month, preferences.report_id

)

select * from final

-- Grain: one metric, period and stratum of tenure and hours.
with entries as (

    select * from {{ ref('int_progression__entries') }}

),

audits as (

    select * from {{ ref('int_audits__placed') }}

),

good_or_better as (

    select * from {{ ref('met_audits_good_or_better') }}

),

case_years as (

    select * from {{ ref('int_cases__years') }}

),

closures as (

    select * from {{ ref('int_cases__closures') }}

),

staff_years as (

    select * from {{ ref('int_staff__years') }}

),

-- The stages of the chain count whom their metrics count.
progression_stages as (

    select
        'applied' as stage,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        evidence_use,
        is_application as has_outcome
    from entries
    where is_eligible

    union all

    select
        'portfolio_complete' as stage,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        evidence_use,
        has_portfolio as has_outcome
    from entries
    where is_application and has_portfolio is not null

    union all

    select
        'progressed' as stage,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        evidence_use,
        outcome = 'progressed' as has_outcome
    from entries
    where is_application and outcome in ('progressed', 'not_progressed')

),

-- Of audits there is one year: the newest whose figure is known.
newest_year as (

    select
        {{ month_add('max(period_start)', -11) }} as period_start,
        max(period_end) as period_end
    from good_or_better
    where period_type = 'month' and unit_level = 'organisation' and breakdown = 'all' and value_state in ('observed', 'too_few')

),

random_audits as (

    select
        newest_year.period_start,
        newest_year.period_end,
        audits.tenure_band,
        audits.hours_band,
        audits.evidence_named,
        audits.grade in ('outstanding', 'good') as has_outcome
    from audits
    inner join newest_year on audits.month between newest_year.period_start and newest_year.period_end
    where audits.sampling_method = 'random' and audits.grade <> 'not_graded'

),

-- Of closures too: the newest year by which twelve months have passed for each of them.
newest_followed_year as (

    select *
    from case_years
    qualify row_number() over (order by period_end desc) = 1

),

followed_closures as (

    select
        newest_followed_year.period_start,
        newest_followed_year.period_end,
        closures.evidence_named,
        closures.has_returned as has_outcome
    from closures
    inner join newest_followed_year on closures.period_end = newest_followed_year.period_end

),

-- Where it is not known whether evidence was used, there is nothing to compare.
compared as (

    select
        'progression' as question,
        stage,
        'progression_' || stage as metric_id,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        evidence_use = 'regular' as is_user,
        has_outcome,
        stage <> 'applied' and {{ var('progression_requires_usage') | lower }} as is_by_construction
    from progression_stages
    where evidence_use <> 'not_known'

    union all

    select
        'audit_grade' as question,
        'good_or_better' as stage,
        'audits_good_or_better' as metric_id,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        evidence_named = 'named' as is_user,
        has_outcome,
        false as is_by_construction
    from random_audits
    where evidence_named in ('named', 'not_named')

    union all

    -- The case system does not say whose work a closure was.
    select
        're_referral' as question,
        'returned' as stage,
        'return_after_closure' as metric_id,
        period_start,
        period_end,
        'not_known' as tenure_band,
        'not_known' as hours_band,
        evidence_named = 'named' as is_user,
        has_outcome,
        false as is_by_construction
    from followed_closures
    where evidence_named in ('named', 'not_named')

    union all

    select
        'staying' as question,
        'stayed' as stage,
        'staying' as metric_id,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        evidence_use = 'regular' as is_user,
        has_stayed as has_outcome,
        false as is_by_construction
    from staff_years
    where evidence_use <> 'not_known'

),

final as (

    select
        question,
        stage,
        metric_id,
        period_start,
        period_end,
        tenure_band,
        hours_band,
        count(*) filter (where is_user and has_outcome) as users_with,
        count(*) filter (where is_user) as users,
        count(*) filter (where not is_user and has_outcome) as others_with,
        count(*) filter (where not is_user) as others,
        is_by_construction
    from compared
    group by all

)

select * from final

-- Grain: one metric, month and time until adoption, for the organisation.
with findings as (

    select * from {{ ref('stg_research_activity') }}
    where kind = 'finding'

),

{{ in_register_window('findings', 'activity_date', feed='research_activity', n_months=24) }},

judged as (

    select
        register_month,
        case
            when completed_on is null or not completed_on between activity_date and last_day(register_month) then 'not_yet'
            when {{ days_between('activity_date', 'completed_on') }} <= 90 then 'up_to_90_days'
            when {{ days_between('activity_date', 'completed_on') }} <= 365 then '91_days_to_a_year'
            else 'over_a_year'
        end as adopted_after
    from in_window

),

lags as (

    select unnest(['up_to_90_days', '91_days_to_a_year', 'over_a_year']) as adopted_after

),

-- No people are behind a finding.
measured as (

    select
        judged.register_month as month,
        lags.adopted_after,
        count(*) filter (where judged.adopted_after = lags.adopted_after) as numerator,
        count(*) as denominator,
        0 as people
    from judged
    cross join lags
    group by judged.register_month, lags.adopted_after

),

{{ organisation_by(
    'measured',
    'adopted_after',
    feeds=['research_activity'],
    coverage=ref('int_registers__month_coverage'),
    shared_denominator=true,
) }}

select * from final

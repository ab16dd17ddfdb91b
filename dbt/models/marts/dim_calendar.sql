-- Grain: one day of the United Kingdom.
with covered_months as (

    select * from {{ source('ledger', 'feed_months') }}

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

-- Whole years on both sides, so that each of the four years that are told has all its days.
ends as (

    select
        min(covered_months.month) - interval '1 year' as first_day,
        (select max(as_at) from run_parameters) + interval '1 year' as last_day
    from covered_months

),

days as (

    select cast(unnest(generate_series(first_day, last_day, interval '1 day')) as date) as day
    from ends

),

-- Summer time begins and ends at 01:00 UTC on the last Sundays of March and October.
clock_changes as (

    select
        day,
        {{ last_sunday('day', 3) }} as summer_begins,
        {{ last_sunday('day', 10) }} as summer_ends
    from days

),

midnights as (

    select
        day,
        cast(day as timestamp)
        - case when day > summer_begins and day <= summer_ends then interval '1 hour' else interval '0 hour' end as starts_at_utc,
        cast(day + 1 as timestamp)
        - case when day >= summer_begins and day < summer_ends then interval '1 hour' else interval '0 hour' end as ends_at_utc
    from clock_changes

),

final as (

    select
        day,
        {{ month_of('day') }} as month,
        {{ year_from('day', 4) }} as financial_year,
        {{ year_from('day', 10) }} as workforce_year,
        {{ year_from('day', 4) }} as census_year,
        {{ year_from('day', 12) }} as registration_year,
        starts_at_utc,
        ends_at_utc
    from midnights

)

select * from final

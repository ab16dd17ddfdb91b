-- Grain: one metric and year to 30 September, for the organisation.
with staff_months as (

    select * from {{ ref('int_staff__months') }}
    where role <> 'other' and not is_agency

),

covered_months as (

    select month
    from {{ ref('int_feeds__month_coverage') }}
    where feed = 'workforce' and severity = 0

),

-- A year without one of its thirteen snapshots could hide people who came and went.
years as (

    select
        ends.month as last_month,
        {{ month_add('ends.month', -12) }} as first_month
    from covered_months as ends
    inner join covered_months as within
        on
            ends.month >= within.month
            and {{ month_add('ends.month', -12) }} <= within.month
    where month(ends.month) = 9
    group by ends.month
    having count(*) = 13

),

-- Everybody of the year as they were last seen in it.
last_seen as (

    select
        years.last_month,
        staff_months.person_id,
        staff_months.contracted_fte,
        staff_months.month = years.last_month as is_in_post
    from years
    inner join staff_months on staff_months.month between years.first_month and years.last_month
    qualify row_number() over (partition by years.last_month, staff_months.person_id order by staff_months.month desc) = 1

),

units as (

    select
        {{ month_add('last_month', -11) }} as period_start,
        last_day(last_month) as period_end,
        'organisation' as unit_level,
        'all' as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        coalesce(sum(contracted_fte) filter (where not is_in_post), 0) as numerator,
        sum(contracted_fte) filter (where is_in_post) as denominator,
        count(*) filter (where is_in_post) as people,
        count(*) filter (where not is_in_post) as numerator_people,
        count(*) filter (where is_in_post) as rest_people
    from last_seen
    group by last_month

),

{{ with_period_state('units') }}

select * from final

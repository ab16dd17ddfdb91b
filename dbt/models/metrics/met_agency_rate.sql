-- Grain: one metric and year to the reference date, for the organisation.
with census as (

    select * from {{ ref('stg_workforce_census') }}

),

units as (

    select
        {{ month_add(month_of('reference_date'), -11) }} as period_start,
        reference_date as period_end,
        'organisation' as unit_level,
        'all' as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        coalesce(sum(fte) filter (where is_agency), 0) as numerator,
        sum(fte) as denominator,
        count(distinct registration_id) as people,
        count(distinct registration_id) filter (where is_agency) as numerator_people,
        count(distinct registration_id) filter (where not is_agency) as rest_people
    from census
    where role_start_date <= reference_date and coalesce(role_end_date > reference_date, true)
    group by reference_date

),

{{ with_period_state('units') }}

select * from final

-- Grain: one metric, wave, unit and breakdown value.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

waves as (

    select distinct
        wave_date,
        month
    from answers

),

responses as (

    select distinct
        wave_date,
        wave,
        response_id,
        service_id,
        role
    from answers
    where {{ has_eligible_role() }}

),

eligible_staff as (

    select
        waves.wave_date,
        staff_months.person_id,
        staff_months.service_id,
        staff_months.role
    from waves
    inner join staff_months on waves.month = staff_months.month
    where not staff_months.is_agency and {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }}

),

-- Responses and staff are counted side by side; nothing ties an answer to a person.
counted as (

    select
        wave_date,
        service_id,
        role,
        1 as n_responses,
        cast(null as varchar) as person_id
    from responses

    union all

    select
        wave_date,
        service_id,
        role,
        0 as n_responses,
        person_id
    from eligible_staff

),

units as (

    select
        wave_date,
        'organisation' as unit_level,
        'all' as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        sum(n_responses) as numerator,
        count(person_id) as people
    from counted
    group by wave_date

    union all

    select
        wave_date,
        'organisation' as unit_level,
        'all' as unit_id,
        'role' as breakdown,
        role as breakdown_value,
        sum(n_responses) as numerator,
        count(person_id) as people
    from counted
    group by wave_date, role

    union all

    select
        wave_date,
        'service' as unit_level,
        service_id as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        sum(n_responses) as numerator,
        count(person_id) as people
    from counted
    where service_id is not null
    group by wave_date, service_id

),

-- Without a staff snapshot for the month, or an eligible practitioner, how many could have answered is not known; who of
-- them did never is.
measured_units as (

    select
        units.wave_date as period_start,
        units.wave_date as period_end,
        units.unit_level,
        units.unit_id,
        units.breakdown,
        units.breakdown_value,
        units.numerator,
        nullif(units.people, 0) as denominator,
        units.people,
        cast(null as bigint) as numerator_people,
        cast(null as bigint) as rest_people
    from units

),

{{ with_period_state('measured_units') }}

select * from final

-- Grain: one metric, registration year, unit and breakdown value.
with registration_years as (

    select * from {{ ref('int_cpd__registration_years') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

years as (

    select distinct
        period_start,
        period_end
    from registration_years

),

-- Whoever is in post when the year ends, on leave or not: registration knows no absence.
registered as (

    select
        years.period_start,
        years.period_end,
        staff_months.*
    from years
    inner join staff_months on years.period_end = last_day(staff_months.month)
    cross join run_parameters
    where
        years.period_end < run_parameters.as_at
        and {{ is_registered() }}

),

measured as (

    select
        registered.*,
        case
            when
                registration_years.n_pieces >= {{ var('cpd_pieces') }}
                and registration_years.n_with_peer_reflection >= 1
                then 1
            else 0
        end as numerator,
        1 as denominator
    from registered
    left join registration_years
        on
            registered.person_id = registration_years.person_id
            and registered.period_end = registration_years.period_end

),

{{ measured_units('measured', {'organisation': "'all'", 'service': 'service_id'}, ['period_start', 'period_end'], 'person_id') }},

-- Until the last day of the year nobody is late.
current_year as (

    select
        {{ month_add(month_of(year_end('run_parameters.month', 11)), -11) }} as period_start,
        {{ year_end('run_parameters.month', 11) }} as period_end
    from run_parameters
    where
        {{ year_end('run_parameters.month', 11) }} >= run_parameters.as_at
        and exists (select 1 from registration_years)

),

units as (

    select * from measured_units
    union all
    select
        period_start,
        period_end,
        'organisation' as unit_level,
        'all' as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        null as numerator,
        null as denominator,
        null as people,
        null as numerator_people,
        null as rest_people
    from current_year

),

{{ with_period_state('units', unknown='not_due') }}

select * from final

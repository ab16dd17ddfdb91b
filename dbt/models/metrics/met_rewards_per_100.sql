-- Grain: one metric and month, for the organisation.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

role_profiles as (

    select * from {{ ref('stg_role_profiles') }}

),

practitioners as (

    select
        month,
        count(*) as n_practitioners
    from staff_months
    where not is_agency and {{ is_eligible('available_days', 'contracted_days') }}
    group by month

),

counted as (

    select
        practitioners.month,
        count(*) as n_entries
    from practitioners
    inner join role_profiles
        on
            role_profiles.from_date <= last_day(practitioners.month)
            and role_profiles.from_date > last_day({{ month_add('practitioners.month', -12) }})
    where role_profiles.kind = 'reward'
    group by practitioners.month

),

measured as (

    select
        practitioners.month,
        coalesce(counted.n_entries, 0) as numerator,
        practitioners.n_practitioners / 100 as denominator,
        practitioners.n_practitioners as people
    from practitioners
    left join counted on practitioners.month = counted.month

),

{{ organisation_only('measured', feeds=['workforce', 'role_profiles'], coverage=ref('int_registers__month_coverage')) }}

select * from final

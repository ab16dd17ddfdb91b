-- Grain: one role profile or grade, one month at whose end it is in force.
with role_profiles as (

    select * from {{ ref('stg_role_profiles') }}

),

register_months as (

    select * from {{ ref('int_registers__month_coverage') }}
    where feed = 'role_profiles'

),

-- Of several days from which a profile is in force, the newest that has come.
newest as (

    select
        register_months.month,
        role_profiles.*
    from register_months
    inner join role_profiles on role_profiles.from_date <= last_day(register_months.month)
    where role_profiles.kind in ('role_profile', 'grade')
    qualify
        row_number() over (
            partition by register_months.month, role_profiles.kind, role_profiles.entry_id
            order by role_profiles.from_date desc
        ) = 1

),

final as (

    select
        month,
        kind,
        entry_id,
        has_requirement
    from newest
    where to_date is null or to_date >= last_day(month)

)

select * from final

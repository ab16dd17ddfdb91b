-- Grain: one metric and month, for the organisation.
with in_force as (

    select * from {{ ref('int_role_profiles__in_force') }}
    where kind = 'grade'

),

-- No people are behind a grade.
measured as (

    select
        month,
        count(*) filter (where has_requirement) as numerator,
        count(*) as denominator,
        0 as people
    from in_force
    group by month

),

{{ organisation_only('measured', feeds=['role_profiles'], coverage=ref('int_registers__month_coverage')) }}

select * from final

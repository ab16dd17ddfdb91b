-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

cpd as (

    select * from {{ ref('stg_cpd') }}

),

read_with_reflection as (

    select
        month,
        person_id,
        count(*) as n_entries
    from cpd
    where kind = 'reading' and has_reflection
    group by month, person_id

),

measured as (

    select
        staff_months.*,
        coalesce(read_with_reflection.n_entries, 0) as numerator,
        staff_months.contracted_fte as denominator
    from staff_months
    left join read_with_reflection
        on
            staff_months.month = read_with_reflection.month
            and staff_months.person_id = read_with_reflection.person_id
    where {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }}

),

{{ roll_up('measured', feeds=['workforce', 'cpd'], coverage=ref('int_registers__month_coverage')) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

sessions as (

    select * from {{ ref('int_protected_time__placed') }}

),

taken as (

    select
        month,
        person_id,
        sum(hours_taken) as hours_taken
    from sessions
    group by month, person_id

),

measured as (

    select
        staff_months.*,
        coalesce(taken.hours_taken, 0) as numerator,
        staff_months.contracted_fte as denominator
    from staff_months
    left join taken
        on
            staff_months.month = taken.month
            and staff_months.person_id = taken.person_id
    where {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }}

),

{{ roll_up('measured', feeds=['workforce', 'protected_time']) }}

select * from final

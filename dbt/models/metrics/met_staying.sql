-- Grain: one metric, year to 30 September, unit and breakdown value.
with staff_years as (

    select * from {{ ref('int_staff__years') }}

),

measured as (

    select
        *,
        case when has_stayed then 1 else 0 end as numerator,
        1 as denominator
    from staff_years

),

{{ roll_up_periods('measured', counted='person_id') }}

select * from final

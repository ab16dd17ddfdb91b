-- Grain: one metric, month, unit and breakdown value.
with regular_use as (

    select * from {{ ref('int_staff__regular_use') }}

),

measured as (

    select
        *,
        is_regular_logged as numerator,
        1 as denominator
    from regular_use

),

{{ roll_up('measured', feeds=['workforce', 'resource_usage'], window_months=3) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with sessions as (

    select * from {{ ref('int_protected_time__placed') }}

),

measured as (

    select
        *,
        hours_taken as numerator,
        hours_booked as denominator
    from sessions

),

{{ roll_up('measured', feeds=['workforce', 'protected_time'], agency_apart=false) }}

select * from final

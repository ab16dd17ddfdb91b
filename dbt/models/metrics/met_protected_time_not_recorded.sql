-- Grain: one metric, month, unit and breakdown value.
with sessions as (

    select * from {{ ref('int_protected_time__placed') }}

),

measured as (

    select
        *,
        case when outcome = 'not_recorded' then 1 else 0 end as numerator,
        1 as denominator
    from sessions

),

{{ roll_up('measured', feeds=['workforce', 'protected_time'], agency_apart=false) }}

select * from final

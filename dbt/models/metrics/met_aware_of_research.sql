-- Grain: one metric, month, unit and breakdown value.
with rungs as (

    select * from {{ ref('int_research__rungs') }}

),

measured as (

    select
        *,
        case when rung >= 1 then 1 else 0 end as numerator,
        1 as denominator
    from rungs

),

{{ roll_up('measured', feeds=['workforce', 'research_activity'], coverage=ref('int_registers__month_coverage')) }}

select * from final

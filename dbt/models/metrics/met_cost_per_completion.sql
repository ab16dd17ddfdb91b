-- Grain: one metric, month, unit and breakdown value.
with completions as (

    select * from {{ ref('int_learning__completions') }}

),

-- What is not known is not free and not instant: such completions are on neither side.
measured as (

    select
        *,
        cost as numerator,
        1 as denominator
    from completions
    where cost is not null

),

{{ roll_up('measured', feeds=['workforce', 'learning'], agency_apart=false) }}

select * from final

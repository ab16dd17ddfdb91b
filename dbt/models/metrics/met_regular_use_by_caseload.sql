-- Grain: one metric, month, unit and breakdown value.
with regular_use as (

    select * from {{ ref('int_staff__regular_use') }}

),

caseloads as (

    select * from {{ ref('stg_caseload') }}

),

measured as (

    select
        regular_use.*,
        case
            when caseloads.n_cases = 0 then 'none'
            when caseloads.n_cases < {{ var('caseload_middle') }} then 'low'
            when caseloads.n_cases < {{ var('caseload_high') }} then 'middle'
            else 'high'
        end as caseload_band,
        regular_use.is_regular as numerator,
        1 as denominator
    from regular_use
    inner join caseloads
        on
            regular_use.month = caseloads.month
            and regular_use.person_id = caseloads.person_id

),

{{ roll_up('measured', feeds=['workforce', 'resource_usage', 'caseload'], window_months=3) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with classified_reports as (

    select * from {{ ref('int_manager__classified_reports') }}

),

measured as (

    select
        *,
        is_regular as numerator,
        1 as denominator
    from classified_reports

),

{{ roll_up(
    'measured', feeds=['workforce', 'manager_returns'], agency_apart=false, coverage=ref('int_manager__month_coverage')
) }}

select * from final

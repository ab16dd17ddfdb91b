-- Grain: one metric, month, unit and breakdown value.
with direct_reports as (

    select * from {{ ref('int_manager__direct_reports') }}

),

classified_reports as (

    select * from {{ ref('int_manager__classified_reports') }}

),

measured as (

    select
        direct_reports.*,
        case when classified_reports.person_id is not null then 1 else 0 end as numerator,
        1 as denominator
    from direct_reports
    left join classified_reports
        on
            direct_reports.month = classified_reports.month
            and direct_reports.person_id = classified_reports.person_id

),

{{ roll_up(
    'measured', feeds=['workforce', 'manager_returns'], agency_apart=false, coverage=ref('int_manager__month_coverage')
) }}

select * from final

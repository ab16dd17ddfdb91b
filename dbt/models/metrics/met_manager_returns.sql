-- Grain: one metric, month, unit and breakdown value.
with direct_reports as (

    select * from {{ ref('int_manager__direct_reports') }}

),

classified_reports as (

    select * from {{ ref('int_manager__classified_reports') }}

),

managers as (

    select distinct
        month,
        manager_person_id as person_id,
        service_id,
        team_id
    from direct_reports

),

returned as (

    select distinct
        month,
        manager_person_id
    from classified_reports

),

measured as (

    select
        managers.*,
        case when returned.manager_person_id is not null then 1 else 0 end as numerator,
        1 as denominator
    from managers
    left join returned
        on
            managers.month = returned.month
            and managers.person_id = returned.manager_person_id

),

{{ roll_up(
    'measured', feeds=['workforce', 'manager_returns'], agency_apart=false, coverage=ref('int_manager__month_coverage')
) }}

select * from final

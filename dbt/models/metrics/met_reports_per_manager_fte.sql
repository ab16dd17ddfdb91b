-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

reports as (

    select
        month,
        manager_person_id,
        count(*) as n_reports
    from staff_months
    where manager_person_id <> person_id
    group by month, manager_person_id

),

measured as (

    select
        staff_months.*,
        reports.n_reports as numerator,
        staff_months.contracted_fte as denominator
    from reports
    inner join staff_months
        on
            reports.month = staff_months.month
            and reports.manager_person_id = staff_months.person_id

),

{{ roll_up('measured', feeds=['workforce'], agency_apart=false) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with caseloads as (

    select * from {{ ref('stg_caseload') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

measured as (

    select
        staff_months.*,
        caseloads.n_cases as numerator,
        staff_months.contracted_fte as denominator
    from caseloads
    inner join staff_months
        on
            caseloads.month = staff_months.month
            and caseloads.person_id = staff_months.person_id
    where caseloads.n_cases > 0

),

{{ roll_up('measured', feeds=['workforce', 'caseload'], agency_apart=false) }}

select * from final

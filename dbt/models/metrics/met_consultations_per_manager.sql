-- Grain: one metric, month, unit and breakdown value.
with consultations as (

    select * from {{ ref('stg_consultations') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

managers as (

    select distinct
        month,
        manager_person_id
    from staff_months
    where manager_person_id <> person_id

),

measured as (

    select
        staff_months.*,
        consultations.n_consultations as numerator,
        1 as denominator
    from consultations
    inner join managers
        on
            consultations.month = managers.month
            and consultations.manager_person_id = managers.manager_person_id
    inner join staff_months
        on
            consultations.month = staff_months.month
            and consultations.manager_person_id = staff_months.person_id

),

{{ roll_up('measured', feeds=['workforce', 'consultations'], agency_apart=false) }}

select * from final

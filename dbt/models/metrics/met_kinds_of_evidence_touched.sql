-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

qualifying_events as (

    select * from {{ ref('int_evidence__qualifying_events') }}

),

kinds_touched as (

    select
        month,
        person_id,
        count(distinct evidence_kind) as n_kinds
    from qualifying_events
    where evidence_kind <> 'learning'
    group by month, person_id

),

eligible_staff as (

    select
        staff_months.*,
        coalesce(kinds_touched.n_kinds, 0) as n_kinds
    from staff_months
    left join kinds_touched
        on
            staff_months.month = kinds_touched.month
            and staff_months.person_id = kinds_touched.person_id
    where {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }}

),

measured as (

    select
        *,
        n_kinds as numerator,
        1 as denominator
    from eligible_staff

),

{{ roll_up('measured', feeds=['workforce', 'resource_usage']) }}

select * from final

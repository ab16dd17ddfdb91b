-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

evidence_use as (

    select * from {{ ref('fct_evidence_use_month') }}

),

eligible_staff as (

    select
        staff_months.*,
        coalesce(evidence_use.n_days_any, 0) as n_days,
        {{ scaled_days(var('using_days'), 'staff_months.availability_scale') }} as n_days_asked
    from staff_months
    left join evidence_use
        on
            staff_months.month = evidence_use.month
            and staff_months.person_id = evidence_use.person_id
    where {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }}

),

measured as (

    select
        *,
        case when n_days >= n_days_asked then 1 else 0 end as numerator,
        1 as denominator
    from eligible_staff

),

{{ roll_up('measured', feeds=['workforce', 'resource_usage']) }}

select * from final

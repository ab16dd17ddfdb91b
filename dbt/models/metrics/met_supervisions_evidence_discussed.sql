-- Grain: one metric, month, unit and breakdown value.
with supervision as (

    select * from {{ ref('stg_supervision') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

answered as (

    select * from supervision
    where status = 'held' and is_evidence_discussed is not null

),

-- Someone who left during the month is in no snapshot at its end; the month before says where they worked.
measured as (

    select
        answered.month,
        answered.person_id,
        coalesce(same_month.service_id, month_before.service_id) as service_id,
        coalesce(same_month.team_id, month_before.team_id) as team_id,
        coalesce(same_month.role, month_before.role) as role,
        coalesce(same_month.hours_band, month_before.hours_band) as hours_band,
        coalesce(same_month.tenure_band, month_before.tenure_band) as tenure_band,
        coalesce(same_month.employment_type, month_before.employment_type) as employment_type,
        case when answered.is_evidence_discussed then 1 else 0 end as numerator,
        1 as denominator
    from answered
    left join staff_months as same_month
        on
            answered.person_id = same_month.person_id
            and answered.month = same_month.month
    left join staff_months as month_before
        on
            answered.person_id = month_before.person_id
            and {{ month_add('answered.month', -1) }} = month_before.month
    where same_month.person_id is not null or month_before.person_id is not null

),

{{ roll_up('measured', feeds=['workforce', 'supervision'], agency_apart=false) }}

select * from final

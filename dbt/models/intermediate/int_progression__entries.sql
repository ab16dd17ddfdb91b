-- Grain: one employed person in one round of pay progression.
with progression as (

    select * from {{ ref('stg_pay_progression') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

evidence_use as (

    select * from {{ ref('int_progression__evidence_use') }}

),

-- Someone who left during the month is in no snapshot at its end; the month before says where they worked.
placed as (

    select
        progression.*,
        evidence_use.evidence_use,
        coalesce(same_month.service_id, month_before.service_id) as service_id,
        coalesce(same_month.hours_band, month_before.hours_band, 'not_known') as hours_band,
        coalesce(same_month.tenure_band, month_before.tenure_band, 'not_known') as tenure_band,
        coalesce(same_month.is_agency, month_before.is_agency, false) as is_agency
    from progression
    inner join evidence_use
        on
            progression.round_id = evidence_use.round_id
            and progression.person_id = evidence_use.person_id
    left join staff_months as same_month
        on
            progression.person_id = same_month.person_id
            and progression.month = same_month.month
    left join staff_months as month_before
        on
            progression.person_id = month_before.person_id
            and {{ month_add('progression.month', -1) }} = month_before.month

),

-- Rounds of one month are told together, as of the last panel's day.
final as (

    select
        month as period_start,
        max(round_date) over (partition by month) as period_end,
        round_id,
        person_id,
        service_id,
        hours_band,
        tenure_band,
        evidence_use,
        coalesce(evidence_route, 'not_recorded') as evidence_route,
        is_eligible,
        is_eligible and has_applied as is_application,
        has_portfolio,
        outcome
    from placed
    where not is_agency

)

select * from final

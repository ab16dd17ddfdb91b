-- Grain: one eligible person, one month.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

evidence_use as (

    select * from {{ ref('fct_evidence_use_month') }}

),

-- Use in a month in which the person was never available counts for nothing.
used_days as (

    select
        staff_months.*,
        case when staff_months.available_days > 0 then coalesce(evidence_use.n_days_any, 0) else 0 end as n_days,
        case when staff_months.available_days > 0 then coalesce(evidence_use.n_days_logged, 0) else 0 end as n_days_logged
    from staff_months
    left join evidence_use
        on
            staff_months.month = evidence_use.month
            and staff_months.person_id = evidence_use.person_id

),

windows as (

    select
        *,
        sum(n_days) over three_months as n_days_in_window,
        count(*) filter (where n_days > 0) over three_months as n_months_with_use,
        sum(n_days_logged) over three_months as n_days_logged_in_window,
        count(*) filter (where n_days_logged > 0) over three_months as n_months_with_logged_use,
        sum(available_days) over three_months as available_days_in_window,
        sum(contracted_days) over three_months as contracted_days_in_window,
        sum(availability_scale) over three_months as scale_in_window
    from used_days
    window
        three_months as (
            partition by person_id order by month
            range between interval '2 months' preceding and current row
        )

),

asked as (

    select
        *,
        {{ scaled_days(var('regular_days'), 'scale_in_window / 3') }} as n_days_asked
    from windows

),

final as (

    select
        month,
        person_id,
        service_id,
        team_id,
        role,
        hours_band,
        tenure_band,
        experience_band,
        qualification_route,
        setting,
        employment_type,
        is_agency,
        case when n_days_in_window >= n_days_asked and n_months_with_use >= {{ var('regular_months') }} then 1 else 0 end as is_regular,
        case
            when n_days_logged_in_window >= n_days_asked and n_months_with_logged_use >= {{ var('regular_months') }} then 1
            else 0
        end as is_regular_logged
    from asked
    where {{ is_eligible('available_days_in_window', 'contracted_days_in_window') }}

)

select * from final

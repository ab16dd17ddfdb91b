-- Grain: one metric, month, unit and breakdown value.
{% set kinds = var('supervision_kinds') | join("', '") %}

with supervision as (

    select * from {{ ref('stg_supervision') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

last_held as (

    select
        month,
        person_id,
        max(supervision_date) as held_date
    from supervision
    where status = 'held' and supervision_kind in ('{{ kinds }}')
    group by month, person_id

),

-- A calendar day counts as much of a day as the person was available in its month.
months_with_share as (

    select
        coalesce(staff_months.month, last_held.month) as month,
        coalesce(staff_months.person_id, last_held.person_id) as person_id,
        last_held.held_date,
        cast(
            round(coalesce({{ ratio('staff_months.available_days', 'staff_months.contracted_days') }}, 0), 12)
            as decimal(18, 12)
        ) as available_share
    from staff_months
    full outer join last_held
        on
            staff_months.month = last_held.month
            and staff_months.person_id = last_held.person_id

),

running as (

    select
        *,
        sum(available_share * ({{ days_between('month', 'last_day(month)') }} + 1)) over (
            partition by person_id order by month
        ) as days_to_month_end
    from months_with_share

),

ages as (

    select
        month,
        person_id,
        days_to_month_end - max(
            days_to_month_end - available_share * {{ days_between('held_date', 'last_day(month)') }}
        ) over (
            partition by person_id order by month
        ) as age_days
    from running

),

measured as (

    select
        staff_months.month,
        staff_months.person_id,
        staff_months.service_id,
        staff_months.team_id,
        staff_months.role,
        staff_months.hours_band,
        staff_months.tenure_band,
        staff_months.employment_type,
        case when ages.age_days <= {{ var('supervision_max_age_days') }} then 1 else 0 end as numerator,
        1 as denominator
    from staff_months
    inner join ages
        on
            staff_months.month = ages.month
            and staff_months.person_id = ages.person_id
    where {{ is_eligible('available_days', 'contracted_days') }}

),

{{ roll_up('measured', feeds=['workforce', 'supervision'], window_months=2, agency_apart=false) }}

select * from final

-- Grain: one employed practitioner in post on 30 September, one year that begins then.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

snapshots as (

    select month
    from {{ ref('int_feeds__month_coverage') }}
    where feed = 'workforce' and severity = 0 and month(month) = 9

),

years as (

    select
        begins.month as last_month,
        {{ month_add('begins.month', 1) }} as period_start,
        last_day(ends.month) as period_end
    from snapshots as begins
    inner join snapshots as ends on begins.month = {{ month_add('ends.month', -12) }}

),

in_post as (

    select
        years.period_start,
        years.period_end,
        years.period_start as month,
        staff_months.person_id,
        staff_months.service_id,
        staff_months.hours_band,
        staff_months.tenure_band
    from staff_months
    inner join years on staff_months.month = years.last_month
    where {{ has_eligible_role() }} and not staff_months.is_agency

),

{{ evidence_use_before('in_post', 'period_start', 'use_by_staying') }},

final as (

    select
        in_post.period_start,
        in_post.period_end,
        in_post.person_id,
        in_post.service_id,
        in_post.hours_band,
        in_post.tenure_band,
        used_before.evidence_use,
        a_year_later.person_id is not null as has_stayed
    from in_post
    inner join used_before
        on
            in_post.period_start = used_before.period_start
            and in_post.person_id = used_before.person_id
    left join staff_months as a_year_later
        on
            in_post.person_id = a_year_later.person_id
            and in_post.period_end = last_day(a_year_later.month)
            and not a_year_later.is_agency

)

select * from final

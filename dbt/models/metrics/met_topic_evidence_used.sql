-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

learning_calendar as (

    select * from {{ ref('stg_learning_calendar') }}

),

qualifying_events as (

    select * from {{ ref('int_evidence__qualifying_events') }}

),

topics as (

    select distinct
        {{ month_of('event_date') }} as topic_month,
        evidence_kind
    from learning_calendar
    where kind = 'monthly_topic' and outcome = 'held' and evidence_kind <> 'other'

),

used_kinds as (

    select distinct
        month,
        person_id,
        evidence_kind
    from qualifying_events

),

-- The topic's own month, and the three before it as what was usual.
measured as (

    select
        topics.topic_month as month,
        staff_months.person_id,
        staff_months.service_id,
        staff_months.team_id,
        staff_months.employment_type,
        staff_months.is_agency,
        case when staff_months.month < topics.topic_month then 'before' end as at_time,
        case when used_kinds.person_id is null then 0 else 1 end as numerator,
        1 as denominator
    from topics
    inner join staff_months
        on
            topics.topic_month >= staff_months.month
            and {{ month_add('topics.topic_month', -3) }} <= staff_months.month
    left join used_kinds
        on
            staff_months.month = used_kinds.month
            and staff_months.person_id = used_kinds.person_id
            and topics.evidence_kind = used_kinds.evidence_kind
    where {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }} and not staff_months.is_agency

),

{{ roll_up(
    'measured',
    feeds=['workforce', 'resource_usage', 'learning_calendar'],
    window_months=4,
    agency_apart=false,
    in_total={'at_time': 'at_time is null'},
    coverage=ref('int_registers__month_coverage'),
) }}

select * from final

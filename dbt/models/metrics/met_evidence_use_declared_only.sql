-- Grain: one metric, month, unit and breakdown value.
with qualifying_events as (

    select * from {{ ref('int_evidence__qualifying_events') }}

),

uses as (

    select
        month,
        person_id,
        evidence_date,
        mode,
        evidence_kind,
        bool_and(channel = 'declared') as is_declared_only
    from qualifying_events
    group by month, person_id, evidence_date, mode, evidence_kind

),

{{ placed('uses') }},

measured as (

    select
        *,
        cast(is_declared_only as integer) as numerator,
        1 as denominator
    from placed

),

{{ roll_up('measured', feeds=['workforce', 'resource_usage'], agency_apart=false) }}

select * from final

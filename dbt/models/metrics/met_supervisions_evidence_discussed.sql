-- Grain: one metric, month, unit and breakdown value.
with supervision as (

    select * from {{ ref('stg_supervision') }}

),

answered as (

    select * from supervision
    where status = 'held' and is_evidence_discussed is not null

),

{{ placed('answered') }},

measured as (

    select
        *,
        case when is_evidence_discussed then 1 else 0 end as numerator,
        1 as denominator
    from placed

),

{{ roll_up('measured', feeds=['workforce', 'supervision'], agency_apart=false) }}

select * from final

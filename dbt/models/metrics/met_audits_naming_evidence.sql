-- Grain: one metric, month, unit and breakdown value.
with audits as (

    select * from {{ ref('int_audits__placed') }}

),

-- Audits are often themed, or targeted at poor practice: only those chosen at random speak for all work.
asked as (

    select * from audits
    where sampling_method = 'random' and evidence_named in ('named', 'not_named')

),

measured as (

    select
        *,
        case when evidence_named = 'named' then 1 else 0 end as numerator,
        1 as denominator
    from asked

),

{{ roll_up('measured', feeds=['workforce', 'audits'], agency_apart=false) }}

select * from final

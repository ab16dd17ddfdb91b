-- Grain: one metric, month, unit and breakdown value.
with audits as (

    select * from {{ ref('int_audits__placed') }}

),

-- A source whose use nobody judged is neither sound nor unsound.
judged as (

    select * from audits
    where
        sampling_method = 'random'
        and (evidence_named = 'not_named' or (evidence_named = 'named' and evidence_quality is not null))

),

measured as (

    select
        *,
        case
            when evidence_named = 'named' and evidence_quality >= {{ var('sound_evidence_quality') }} then 1
            else 0
        end as numerator,
        1 as denominator
    from judged

),

{{ roll_up('measured', feeds=['workforce', 'audits'], agency_apart=false) }}

select * from final

-- Grain: one audit of a practitioner whose unit is known.
with audits as (

    select * from {{ ref('stg_audits') }}

),

-- The moderated grade stands where there was moderation. Policies, experience and advice are no evidence; a source whose
-- kind is not given is taken at the auditor's word.
judged as (

    select
        audit_id,
        month,
        person_id,
        sampling_method,
        evidence_quality,
        coalesce(moderated_grade, first_grade, 'not_graded') as grade,
        case
            when is_evidence_asked is not true then 'not_asked'
            when is_evidence_named is null then 'not_recorded'
            when
                is_evidence_named
                and not {{ names_only('evidence_source', ['policy', 'experience', 'manager', 'colleague']) }}
                then 'named'
            else 'not_named'
        end as evidence_named
    from audits

),

{{ placed('judged') }},

final as (

    select * from placed

)

select * from final

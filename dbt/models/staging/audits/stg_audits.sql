-- Grain: one audit.
with source as (

    select * from {{ source('raw', 'audits') }}

),

final as (

    select
        -- ids
        audit_id,
        person_id,

        -- attributes
        sampling_method,
        is_evidence_asked,
        is_evidence_named,
        evidence_source,
        first_grade,
        moderated_grade,

        -- numbers
        evidence_quality,

        -- dates
        audit_date,
        {{ month_of('audit_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one supervision, planned or held.
with source as (

    select * from {{ source('raw', 'supervision') }}

),

final as (

    select
        -- ids
        supervision_id,
        person_id,
        supervisor_person_id,

        -- attributes
        supervision_kind,
        status,
        is_evidence_discussed,
        evidence_source,

        -- numbers
        duration_minutes,

        -- dates
        supervision_date,
        {{ month_of('supervision_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

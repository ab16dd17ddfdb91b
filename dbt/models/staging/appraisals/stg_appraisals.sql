-- Grain: one appraisal.
with source as (

    select * from {{ source('raw', 'appraisals') }}

),

final as (

    select
        -- ids
        appraisal_id,
        person_id,

        -- attributes
        status,
        has_evidence_objective,

        -- dates
        appraisal_date,
        {{ month_of('appraisal_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

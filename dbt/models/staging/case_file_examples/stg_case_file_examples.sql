-- Grain: one example in one person's portfolio.
with source as (

    select * from {{ source('raw', 'case_file_examples') }}

),

final as (

    select
        -- ids
        person_id,
        example_ref,

        -- attributes
        source_kind,
        verifier_role,

        -- dates
        submitted_on,
        verified_on
    from source
    where _superseded_by is null

)

select * from final

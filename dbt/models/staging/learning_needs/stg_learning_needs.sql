-- Grain: one look at a learning need.
with source as (

    select * from {{ source('raw', 'learning_needs') }}

),

final as (

    select
        -- ids
        needs_id,
        person_id,

        -- attributes
        kind,

        -- numbers
        quiz_score,

        -- dates
        needs_date,
        acted_on
    from source
    where _superseded_by is null

)

select * from final

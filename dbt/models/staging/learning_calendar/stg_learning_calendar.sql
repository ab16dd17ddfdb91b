-- Grain: one learning event.
with source as (

    select * from {{ source('raw', 'learning_calendar') }}

),

final as (

    select
        -- ids
        event_id,

        -- attributes
        kind,
        outcome,
        evidence_kind,

        -- numbers
        n_invited,
        n_attended,

        -- dates
        event_date
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one activity of the learning system.
with source as (

    select * from {{ source('raw', 'learning_activities') }}

),

final as (

    select
        -- ids
        activity_id,

        -- attributes
        content_kind,

        -- numbers
        minutes,
        cost,

        -- dates
        listed_from
    from source
    where _superseded_by is null

)

select * from final

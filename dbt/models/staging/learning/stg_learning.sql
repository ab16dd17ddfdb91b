-- Grain: one person, day, activity, mode and channel.
with source as (

    select * from {{ source('raw', 'learning') }}

),

final as (

    select
        -- ids
        person_id,
        activity_id,

        -- attributes
        mode,
        outcome,
        content_kind,
        channel,

        -- numbers
        minutes,
        cost,
        pre_score,
        post_score,

        -- dates
        learning_date,
        {{ month_of('learning_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

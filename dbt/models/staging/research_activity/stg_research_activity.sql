-- Grain: one entry of the register of research activity.
with source as (

    select * from {{ source('raw', 'research_activity') }}

),

final as (

    select
        -- ids
        activity_id,
        person_id,

        -- attributes
        kind,
        became_training,

        -- numbers
        cost,
        hours,

        -- dates
        activity_date,
        completed_on
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one challenge of a figure.
with source as (

    select * from {{ source('raw', 'challenges') }}

),

final as (

    select
        -- ids
        challenge_id,
        person_id,

        -- attributes
        disputed_feed,
        answer,
        answered_by_role,

        -- dates
        raised_on,
        disputed_month,
        answered_on
    from source
    where _superseded_by is null

)

select * from final

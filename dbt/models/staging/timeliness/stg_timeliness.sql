-- Grain: one team, one month, one kind of work.
with source as (

    select * from {{ source('raw', 'timeliness') }}

),

final as (

    select
        -- ids
        team_id,

        -- attributes
        kind,

        -- numbers
        n_due,
        n_in_time,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one role profile or grade from a day on, or a reward.
with source as (

    select * from {{ source('raw', 'role_profiles') }}

),

final as (

    select
        -- ids
        entry_id,

        -- attributes
        kind,
        has_requirement,

        -- dates
        from_date,
        to_date
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one recorded piece of continuing professional development.
with source as (

    select * from {{ source('raw', 'cpd') }}

),

final as (

    select
        -- ids
        entry_id,
        person_id,

        -- attributes
        kind,
        standard,
        resource_kind,
        has_peer_reflection,
        has_reflection,

        -- dates
        entry_date,
        {{ month_of('entry_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

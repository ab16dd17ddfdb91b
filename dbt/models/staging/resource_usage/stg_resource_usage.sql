-- Grain: one person, day, resource, resource type, mode and channel.
with source as (

    select * from {{ source('raw', 'resource_usage') }}

),

final as (

    select
        -- ids
        person_id,
        resource_id,

        -- attributes
        resource_type,
        mode,
        channel,

        -- dates
        usage_date,
        {{ month_of('usage_date') }} as month,

        -- delivery
        _sender as sender
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one target of a metric.
with source as (

    select * from {{ source('raw', 'targets') }}

),

final as (

    select
        -- ids
        metric_id,

        -- attributes
        set_by,
        why,

        -- numbers
        value,

        -- dates
        from_date
    from source
    where _superseded_by is null

)

select * from final

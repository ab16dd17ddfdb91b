-- Grain: one comment on a figure.
with source as (

    select * from {{ source('raw', 'comments') }}

),

final as (

    select
        -- ids
        metric_id,
        unit_id,

        -- attributes
        cause,
        ask,
        owner_role,
        status,

        -- dates
        month,
        due_date
    from source
    where _superseded_by is null

)

select * from final

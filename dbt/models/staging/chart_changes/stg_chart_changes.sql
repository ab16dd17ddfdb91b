-- Grain: one decision about the chart of a metric and unit.
with source as (

    select * from {{ source('raw', 'chart_changes') }}

),

final as (

    select
        -- ids
        metric_id,
        unit_id,

        -- attributes
        change,
        reason,
        decided_by,

        -- dates
        month,
        decided_on
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one line and month of one COUNTER report of one platform.
with source as (

    select * from {{ source('raw', 'counter_usage') }}

),

final as (

    select
        -- ids
        report_id,
        platform,
        item,

        -- attributes
        release,
        data_type,
        access_method,
        metric_type,

        -- numbers
        n_uses,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

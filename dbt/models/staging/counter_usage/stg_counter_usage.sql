-- Grain: one line and month of one COUNTER report of one platform.
with source as (

    select *
    from {{ source('raw', 'counter_usage') }}
    where _superseded_by is null

),

-- Publishers make a report again with better counts. A day that cannot be read is taken for the day of delivery.
versions as (

    select
        report_id,
        filters,
        platform,
        month,
        created_at,
        bool_and(is_whole) as is_whole,
        coalesce(try_cast(created_at as timestamp), max(_delivered_at)) as made_at,
        max(_delivered_at) as delivered_at
    from source
    group by report_id, filters, platform, month, created_at

),

-- The newest version by when it was made, whenever it arrived; but a month in part never displaces a whole one.
newest_versions as (

    select
        report_id,
        filters,
        platform,
        month,
        created_at
    from versions
    qualify row_number() over (
        partition by report_id, filters, platform, month
        order by is_whole desc, made_at desc, delivered_at desc, created_at desc
    ) = 1

),

final as (

    select
        -- ids
        source.report_id,
        source.platform,
        source.item,

        -- attributes
        source.release,
        source.filters,
        source.data_type,
        source.access_method,
        source.metric_type,
        source.is_whole,
        source.created_by,

        -- numbers
        source.n_uses,

        -- dates
        source.month
    from source
    inner join newest_versions
        on
            source.report_id = newest_versions.report_id
            and source.filters = newest_versions.filters
            and source.platform = newest_versions.platform
            and source.month = newest_versions.month
            and source.created_at = newest_versions.created_at

)

select * from final

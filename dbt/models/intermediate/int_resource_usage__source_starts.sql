-- Grain: one channel or resource of the use of evidence and month in which it, or a further log of it, starts.
with resource_usage as (

    select * from {{ ref('stg_resource_usage') }}

),

channels as (

    select
        'channel' as source_kind,
        channel as source,
        min(month) as month
    from resource_usage
    group by channel

),

first_months as (

    select
        resource_id,
        channel,
        sender,
        min(month) as month
    from resource_usage
    group by resource_id, channel, sender

),

-- A log that is connected brings its readers at once; a rarely read title is seen late by chance. What staff declared so
-- far may get a log, and a log may come from a further place: each starts for itself.
logs as (

    select
        first_months.resource_id,
        first_months.month
    from first_months
    inner join resource_usage
        on
            first_months.resource_id = resource_usage.resource_id
            and first_months.channel = resource_usage.channel
            and first_months.sender is not distinct from resource_usage.sender
            and first_months.month = resource_usage.month
    group by first_months.resource_id, first_months.channel, first_months.sender, first_months.month
    having count(distinct resource_usage.person_id) >= {{ var('series_break_people') }}

),

resources as (

    select distinct
        'resource' as source_kind,
        resource_id as source,
        month
    from logs

),

final as (

    select * from channels
    union all
    select * from resources

)

select * from final

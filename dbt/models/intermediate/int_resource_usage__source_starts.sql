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

people_by_month as (

    select
        resource_id,
        channel,
        sender,
        month,
        count(distinct person_id) as n_people
    from resource_usage
    group by resource_id, channel, sender, month

),

-- A log that is connected brings its readers at once; a rarely read title is seen late by chance. What staff declared so
-- far may get a log, and a log may come from a further place: each starts for itself.
logs as (

    select
        resource_id,
        month
    from people_by_month
    qualify
        row_number() over (partition by resource_id, channel, sender order by month) = 1
        and n_people >= {{ var('series_break_people') }}

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

-- Grain: one channel or resource of the use of evidence, with the month from which it is seen.
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
        month,
        count(distinct person_id) as n_people
    from resource_usage
    group by resource_id, month

),

-- A log that is connected brings its readers at once; a rarely read title is seen late by chance.
resources as (

    select
        'resource' as source_kind,
        resource_id as source,
        month
    from people_by_month
    qualify row_number() over (partition by resource_id order by month) = 1 and n_people >= {{ var('series_break_people') }}

),

final as (

    select * from channels
    union all
    select * from resources

)

select * from final

-- Grain: one channel of learning that starts after the feed itself, with the month from which it is seen.
with learning as (

    select * from {{ ref('stg_learning') }}

),

final as (

    select
        'channel' as source_kind,
        channel as source,
        min(month) as month
    from learning
    group by channel
    having min(month) > (select min(first.month) from learning as first)

)

select * from final

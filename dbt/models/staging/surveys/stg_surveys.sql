-- Grain: one wave, one response, one item.
with source as (

    select * from {{ source('raw', 'surveys') }}

),

final as (

    select
        -- ids
        wave,
        concat(_sender, ':', response_id) as response_id,
        service_id,

        -- attributes
        role,
        item,
        answer,

        -- dates
        wave_date,
        {{ month_of('wave_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one measure of one area in one reporting year.
with source as (

    select * from {{ source('raw', 'published_statistics') }}

),

final as (

    select
        -- ids
        area_code,
        measure,

        -- attributes
        geographic_level,
        area_name,
        symbol,

        -- numbers
        value,

        -- dates
        period_end
    from source
    where _superseded_by is null

)

select * from final

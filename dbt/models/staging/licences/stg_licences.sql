-- Grain: one licence of a product.
with source as (

    select * from {{ source('raw', 'licences') }}

),

final as (

    select
        -- ids
        product,

        -- attributes
        has_counter_reports,

        -- numbers
        cost,
        n_seats,

        -- dates
        from_date,
        to_date
    from source
    where _superseded_by is null

)

select * from final

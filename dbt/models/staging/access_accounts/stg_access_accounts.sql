-- Grain: one product and month.
with source as (

    select * from {{ source('raw', 'access_accounts') }}

),

final as (

    select
        -- ids
        product,

        -- numbers
        n_entitled,
        n_activated,
        n_seats_used,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

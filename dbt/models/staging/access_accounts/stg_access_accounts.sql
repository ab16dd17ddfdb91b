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
        n_with_transfers,
        n_subscribed,
        n_digest_opens,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

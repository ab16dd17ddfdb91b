-- Grain: one service, one month.
with source as (

    select * from {{ source('raw', 'access_checks') }}

),

final as (

    select
        -- ids
        service_id,

        -- attributes
        is_working,

        -- numbers
        n_connected,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

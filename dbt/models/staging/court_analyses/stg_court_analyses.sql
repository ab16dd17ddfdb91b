-- Grain: one year, one service.
with source as (

    select * from {{ source('raw', 'court_analyses') }}

),

final as (

    select
        -- ids
        service_id,

        -- numbers
        n_statements,
        n_citing,
        n_accepted,
        n_criticised,
        n_absent,

        -- dates
        year_to
    from source
    where _superseded_by is null

)

select * from final

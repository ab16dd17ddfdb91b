-- Grain: one month, one manager.
with source as (

    select * from {{ source('raw', 'manager_classification') }}

),

final as (

    select
        -- ids
        manager_person_id,

        -- numbers
        n_regular,
        n_reports,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

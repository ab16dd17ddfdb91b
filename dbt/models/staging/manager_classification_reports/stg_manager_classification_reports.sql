-- Grain: one month, one manager, one direct report.
with source as (

    select * from {{ source('raw', 'manager_classification_reports') }}

),

final as (

    select
        -- ids
        manager_person_id,
        person_id,

        -- attributes
        is_regular,

        -- dates
        month
    from source
    where _superseded_by is null

)

select * from final

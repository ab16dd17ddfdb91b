-- Grain: one manager, one month.
with source as (

    select * from {{ source('raw', 'consultations') }}

),

final as (

    select
        -- ids
        manager_person_id,

        -- numbers
        n_consultations,

        -- dates
        month
    from source
    where _superseded_by is null
    qualify
        row_number() over (
            partition by month, manager_person_id
            order by _delivered_at desc nulls last, _file_hash asc, _sender asc
        ) = 1

)

select * from final

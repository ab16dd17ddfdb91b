-- Grain: one worker, one month.
with source as (

    select * from {{ source('raw', 'caseload') }}

),

final as (

    select
        -- ids
        person_id,

        -- numbers
        n_cases,

        -- dates
        month
    from source
    where _superseded_by is null
    qualify
        row_number() over (
            partition by month, person_id
            order by _delivered_at desc nulls last, _file_hash asc, _sender asc
        ) = 1

)

select * from final

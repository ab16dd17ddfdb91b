-- Grain: one form.
with source as (

    select * from {{ source('raw', 'feedback') }}

),

final as (

    select
        -- ids
        concat(_sender, ':', response_id) as response_id,
        service_id,

        -- attributes
        reasons_explained,
        understood_why,
        theme,

        -- dates
        given_on
    from source
    where _superseded_by is null

)

select * from final

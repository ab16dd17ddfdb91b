-- Grain: one entry of the action plan.
with source as (

    select * from {{ source('raw', 'action_plan') }}

),

final as (

    select
        -- ids
        action_id,

        -- attributes
        block,
        owner_role,
        is_enabler_in_place,

        -- numbers
        fte,

        -- dates
        entered_on,
        due_date,
        done_date,
        funding_end_date
    from source
    where _superseded_by is null

)

select * from final

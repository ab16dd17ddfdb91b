-- Grain: one owner's answer to a figure.
with comments as (

    select * from {{ ref('stg_comments') }}

),

final as (

    select
        metric_id,
        unit_id,
        month,
        cause,
        ask,
        owner_role,
        due_date,
        status
    from comments

)

select * from final

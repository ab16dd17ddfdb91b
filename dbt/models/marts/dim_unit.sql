-- Grain: one month, one service, one of its teams.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

-- The supervisions of a leaver belong to the team of the month before, which may have nobody left.
months_with_values as (

    select
        month,
        service_id,
        team_id
    from staff_months

    union all

    select
        {{ month_add('month', 1) }} as month,
        service_id,
        team_id
    from staff_months

),

final as (

    select distinct
        month,
        service_id,
        team_id
    from months_with_values

)

select * from final

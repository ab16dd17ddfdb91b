-- Grain: one month, one service, one team with staff in it.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

final as (

    select distinct
        month,
        service_id,
        team_id
    from staff_months

)

select * from final

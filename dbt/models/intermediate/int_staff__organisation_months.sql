-- Grain: one month, the whole organisation.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

final as (

    select
        month,
        count(*) as n_staff,
        cast(sum(contracted_fte) as decimal(18, 4)) as contracted_fte
    from staff_months
    group by month

)

select * from final

-- Grain: one COUNTER platform, with the month from which it is seen.
with counter_months as (

    select * from {{ ref('fct_counter_month') }}

),

final as (

    select
        'platform' as source_kind,
        platform as source,
        min(month) as month
    from counter_months
    group by platform

)

select * from final

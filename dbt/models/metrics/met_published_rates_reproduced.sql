-- Grain: one reporting year and breakdown value, for the organisation.
with published_rates as (

    select * from {{ ref('fct_published_rates') }}

),

measured as (

    select
        period_start,
        period_end,
        cast(null as varchar) as service_id,
        area_code,
        rate,
        cast(is_within_tolerance as integer) as numerator,
        1 as denominator
    from published_rates
    where is_within_tolerance is not null

),

{{ roll_up_periods('measured', counted='area_code') }}

select * from final

-- Grain: one metric, quarter, unit and breakdown value.
with feedback as (

    select * from {{ ref('stg_feedback') }}

),

{{ in_known_service('feedback') }},

measured as (

    select
        cast(date_trunc('quarter', given_on) as date) as period_start,
        last_day({{ month_add("date_trunc('quarter', given_on)", 2) }}) as period_end,
        response_id,
        service_id,
        theme,
        case when reasons_explained = 'yes' and understood_why = 'yes' then 1 else 0 end as numerator,
        1 as denominator
    from in_service
    where reasons_explained is not null and understood_why is not null

),

{{ roll_up_periods('measured', counted='response_id') }}

select * from final

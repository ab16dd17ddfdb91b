-- Grain: one metric, year, unit and breakdown value.
with analyses as (

    select * from {{ ref('stg_court_analyses') }}

),

-- A count has no statements in it: it is told as that many, in an order that means nothing.
statements as (

    select
        year_to,
        service_id,
        concat(service_id, '/', number) as statement_id,
        case when number <= n_citing then 1 else 0 end as numerator
    from (
        select
            *,
            unnest(generate_series(1, n_statements)) as number
        from analyses
    ) as numbered

),

{{ in_known_service('statements') }},

measured as (

    select
        {{ month_add(month_of('year_to'), -11) }} as period_start,
        year_to as period_end,
        statement_id,
        service_id,
        numerator,
        1 as denominator
    from in_service

),

{{ roll_up_periods('measured', counted='statement_id') }}

select * from final

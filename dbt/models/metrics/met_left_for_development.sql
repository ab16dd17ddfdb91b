-- Grain: one metric, year to 30 September, unit and breakdown value.
with exits as (

    select * from {{ ref('stg_exits') }}

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

-- A year is told once something of it was delivered after its end.
whole_years as (

    select distinct {{ year_end('exits.leaving_date', 9) }} as period_end
    from exits
    cross join run_parameters
    where {{ delivered_on('exits.delivered_at') }} > {{ year_end('exits.leaving_date', 9) }}

),

resigned as (

    select
        month,
        person_id,
        {{ year_end('leaving_date', 9) }} as period_end,
        main_reason
    from exits
    where leaving_kind = 'resignation' and main_reason is not null

),

{{ placed('resigned') }},

measured as (

    select
        {{ month_add(month_of('placed.period_end'), -11) }} as period_start,
        placed.period_end,
        placed.person_id,
        placed.service_id,
        case when placed.main_reason = 'development' then 1 else 0 end as numerator,
        1 as denominator
    from placed
    inner join whole_years on placed.period_end = whole_years.period_end
    where placed.employment_type = 'employed'

),

{{ roll_up_periods('measured', counted='person_id') }}

select * from final

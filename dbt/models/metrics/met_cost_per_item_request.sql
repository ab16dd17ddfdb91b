-- Grain: one metric and month, for the organisation.
with licences as (

    select * from {{ ref('stg_licences') }}

),

counter_months as (

    select * from {{ ref('fct_counter_month') }}

),

register_coverage as (

    select * from {{ ref('int_registers__month_coverage') }}

),

counter_coverage as (

    select * from {{ ref('int_counter__month_coverage') }}

),

-- A month is known only once every publisher has reported it whole.
month_coverage as (

    select
        feed,
        month,
        severity
    from register_coverage
    where feed = 'licences'

    union all

    select
        feed,
        month,
        severity
    from counter_coverage

),

register_months as (

    select month from register_coverage
    where feed = 'licences' and severity = 0

),

-- A licence costs the same each day.
costs as (

    select
        register_months.month,
        sum(
            licences.cost * (
                {{ days_between('greatest(licences.from_date, register_months.month)', 'least(licences.to_date, last_day(register_months.month))') }}
                + 1
            ) / ({{ days_between('licences.from_date', 'licences.to_date') }} + 1)
        ) as cost
    from register_months
    inner join licences
        on
            licences.from_date <= last_day(register_months.month)
            and licences.to_date >= register_months.month
    where licences.has_counter_reports
    group by register_months.month

),

requests as (

    select
        month,
        sum(n_uses_regular) as n_requests
    from counter_months
    where metric_type = 'Unique_Item_Requests'
    group by month

),

-- No people are behind a publisher's counts.
measured as (

    select
        costs.month,
        costs.cost as numerator,
        coalesce(requests.n_requests, 0) as denominator,
        0 as people
    from costs
    left join requests on costs.month = requests.month

),

{{ organisation_only('measured', feeds=['licences', 'counter_usage'], coverage='month_coverage') }}

select * from final

-- Grain: one metric and month, for the organisation.
with licences as (

    select * from {{ ref('stg_licences') }}

),

{{ item_requests(ref('int_registers__month_coverage')) }},

register_months as (

    select month from month_coverage
    where feed = 'licences' and severity = 0

),

in_force as (

    select
        register_months.month,
        licences.cost,
        licences.from_date,
        licences.to_date,
        greatest(licences.from_date, register_months.month) as first_day,
        least(licences.to_date, last_day(register_months.month)) as last_day
    from register_months
    inner join licences
        on
            register_months.month <= licences.to_date
            and last_day(register_months.month) >= licences.from_date
    where licences.has_counter_reports

),

-- A licence costs the same each day.
costs as (

    select
        month,
        sum(cost * ({{ days_between('first_day', 'last_day') }} + 1) / ({{ days_between('from_date', 'to_date') }} + 1)) as cost
    from in_force
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

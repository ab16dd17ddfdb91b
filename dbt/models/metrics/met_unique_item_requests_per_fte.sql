-- Grain: one metric and month, for the organisation.
with organisation_months as (

    select * from {{ ref('int_staff__organisation_months') }}

),

counter_months as (

    select * from {{ ref('fct_counter_month') }}

),

feed_coverage as (

    select * from {{ ref('int_feeds__month_coverage') }}

),

counter_coverage as (

    select * from {{ ref('int_counter__month_coverage') }}

),

-- A month is known only once every publisher has reported it whole, not as soon as something came.
month_coverage as (

    select
        feed,
        month,
        severity
    from feed_coverage
    where feed <> 'counter_usage'

    union all

    select
        feed,
        month,
        severity
    from counter_coverage

),

requests as (

    select
        month,
        sum(n_uses_regular) as n_requests
    from counter_months
    where metric_type = 'Unique_Item_Requests'
    group by month

),

measured as (

    select
        organisation_months.month,
        coalesce(requests.n_requests, 0) as numerator,
        organisation_months.contracted_fte as denominator,
        organisation_months.n_staff as people
    from organisation_months
    left join requests on organisation_months.month = requests.month

),

{{ organisation_only('measured', feeds=['workforce', 'counter_usage'], coverage='month_coverage') }}

select * from final

-- Grain: one metric and month, for the organisation.
with organisation_months as (

    select * from {{ ref('int_staff__organisation_months') }}

),

{{ item_requests(ref('int_feeds__month_coverage')) }},

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

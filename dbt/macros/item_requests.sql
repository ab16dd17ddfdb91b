{#
    Items requested by people in each month, by the publishers' counts, and how far a month is known.

    coverage: of the other feed of the metric, the model with feed, month and severity. Writes two expressions:
    month_coverage, in which a month is known only once every publisher has reported it whole, and `requests`.
#}
{% macro item_requests(coverage) -%}
month_coverage as (

    select
        feed,
        month,
        severity
    from {{ coverage }}
    where feed <> 'counter_usage'

    union all

    select
        feed,
        month,
        severity
    from {{ ref('int_counter__month_coverage') }}

),

requests as (

    select
        month,
        sum(n_uses_regular) as n_requests
    from {{ ref('fct_counter_month') }}
    where metric_type = 'Unique_Item_Requests'
    group by month

)
{%- endmacro %}

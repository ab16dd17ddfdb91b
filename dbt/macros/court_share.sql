{#
    A share of what courts heard, from yearly counts, to the end of a model. A count has nothing in it to be counted one
    by one: it is told as that many, in an order that means nothing. Where a count is empty, there is no number.

    analyses: name of an expression over stg_court_analyses. n_with, n_all: the counts, as expressions.
#}
{% macro court_share(analyses, n_with, n_all) -%}
told_singly as (

    select
        year_to,
        service_id,
        concat(service_id, '/', number) as thing_id,
        case when number <= {{ n_with }} then 1 else 0 end as numerator
    from (
        select
            *,
            unnest(generate_series(1, {{ n_all }})) as number
        from {{ analyses }}
    ) as numbered

),

{{ in_known_service('told_singly') }},

measured as (

    select
        {{ month_add(month_of('year_to'), -11) }} as period_start,
        year_to as period_end,
        thing_id,
        service_id,
        numerator,
        1 as denominator
    from in_service

),

{{ roll_up_periods('measured', counted='thing_id') }}
{%- endmacro %}

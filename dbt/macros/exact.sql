{# The few expressions that differ between engines, each in one place. Counts and decimals in, division last. #}

{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro month_add(month, n_months) -%}
    cast({{ month }} + {{ n_months }} * interval '1 month' as date)
{%- endmacro %}

{% macro days_between(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}

{# One row for each month from the first to the last, both included; none when either is null. #}
{% macro months_from_to(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval '1 month')) as date)
{%- endmacro %}

{# Null, never infinity, when the denominator is 0. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

{#
    The days asked of a person: `days` for someone full-time and always there, scaled by availability, rounded down,
    never below 1. The inner rounding keeps a product such as 1.9999999999999998 from costing a day.
#}
{% macro scaled_days(days, scale) -%}
    cast(greatest(1, floor(round(cast({{ days }} * {{ scale }} as double), 9))) as bigint)
{%- endmacro %}

{# The 30 November on which the registration year of a month (its first day) ends. #}
{% macro registration_year_end(month) -%}
    cast(make_date(cast(year({{ month_add(month, 1) }}) as integer), 11, 30) as date)
{%- endmacro %}

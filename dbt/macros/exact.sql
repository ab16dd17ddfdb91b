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

{# The last Sunday of a month (1 to 12) of the day's year. #}
{% macro last_sunday(day, month) -%}
    cast(
        last_day(make_date(year({{ day }}), {{ month }}, 1))
        - cast(dayofweek(last_day(make_date(year({{ day }}), {{ month }}, 1))) as integer) as date
    )
{%- endmacro %}

{# The year a day lies in that begins with a month (1 to 12), as 2026/27. Months back keep a day in its month. #}
{% macro year_from(day, first_month) -%}
    strftime({{ day }} - interval '{{ first_month - 1 }} months', '%Y') || '/'
    || strftime({{ day }} + interval '{{ 13 - first_month }} months', '%y')
{%- endmacro %}

{# The last day of the year, ending with that month, in which the day lies: 3 for referrals, 9 for the workforce. #}
{% macro year_end(day, last_month) -%}
    last_day(make_date(year(cast({{ day }} + {{ 12 - last_month }} * interval '1 month' as date)), {{ last_month }}, 1))
{%- endmacro %}

{# The day a row was delivered; in a run as at a day yet to come all was delivered by then, as ledger.sender_months has it. #}
{% macro delivered_on(delivered_at) -%}
    case when run_parameters.as_at > current_date then run_parameters.as_at else cast({{ delivered_at }} as date) end
{%- endmacro %}

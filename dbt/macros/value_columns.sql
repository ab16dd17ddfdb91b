{# The common columns of every metric, in their order. #}
{% macro value_columns() -%}
    metric_id, period_type, period_start, period_end, unit_level, unit_id, breakdown, breakdown_value,
    numerator, denominator, people, numerator_people, rest_people, value, value_state
{%- endmacro %}

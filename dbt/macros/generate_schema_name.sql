{# The schemas are exactly staging, intermediate, marts and metrics, without the profile's own schema in front. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

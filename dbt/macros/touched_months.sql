{# The months whose rows a load of these feeds changed and dbt has not modelled since: the load names them. #}
{% macro touched_months(feeds) -%}
    select month from {{ source('ledger', 'touched_months') }} where feed in ('{{ feeds | join("', '") }}')
{%- endmacro %}

{#
    Incremental strategy `touched_months`: take the touched months out of the table and put them in again as they are
    now. A month that has become empty is simply gone. The model names its feeds in `meta.touched_by` and selects the
    same months.
#}
{% macro get_incremental_touched_months_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}

    delete from {{ arg_dict['target_relation'] }}
    where month in ({{ touched_months(config.get('meta')['touched_by']) }});

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}

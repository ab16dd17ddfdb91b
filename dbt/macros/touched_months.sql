{#
    The months whose rows a load of these feeds changed and dbt has not modelled since: the load names them. With
    learning among the feeds, also the months of what came to stand otherwise: its credit was taken back in a touched
    month, or the register of activities, which says its topic, was touched.
#}
{% macro touched_months(feeds) -%}
    select month from {{ source('ledger', 'touched_months') }} where feed in ('{{ feeds | join("', '") }}')
    {%- if 'learning' in feeds %}
    union
    select {{ month_of('credited.learning_date') }} as month
    from {{ source('raw', 'learning') }} as credited
    left join {{ source('raw', 'learning') }} as later
        on
            credited.person_id = later.person_id
            and credited.activity_id = later.activity_id
            and credited.learning_date <= later.learning_date
            and later.outcome = 'taken_back'
    inner join {{ source('ledger', 'touched_months') }} as touched
        on
            touched.feed = 'learning_activities'
            or (touched.feed = 'learning' and touched.month = {{ month_of('later.learning_date') }})
    {%- endif %}
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

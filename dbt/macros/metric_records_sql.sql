{#
    What models of all metrics need of the records, one row a metric and source: metric_id, minimum_n, feed,
    time_window. Unit tests override it.
#}
{% macro metric_records_sql() %}
    {% set rows = [] %}
    {% if execute %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.name.startswith('met_') %}
            {% set record = node.config.meta['metric'] %}
            {% for feed in record['sources'] %}
                {% set texts = [node.name[4:], feed, record['window']] %}
                {% do rows.append("('" ~ texts | join("', '") ~ "', " ~ record['minimum_n'] ~ ")") %}
            {% endfor %}
        {% endfor %}
    {% endif %}
    select *
    from (values {{ rows | sort | join(', ') or "('none', 'none', 'none', 1)" }}) as records (metric_id, feed, time_window, minimum_n)
{% endmacro %}

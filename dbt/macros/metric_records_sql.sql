{#
    What models of all metrics need of the records, one row a metric and source: metric_id, minimum_n, feed. Unit tests
    override it.
#}
{% macro metric_records_sql() %}
    {% set rows = [] %}
    {% if execute %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.name.startswith('met_') %}
            {% set record = node.config.meta['metric'] %}
            {% for feed in record['sources'] %}
                {% do rows.append("('" ~ node.name[4:] ~ "', " ~ record['minimum_n'] ~ ", '" ~ feed ~ "')") %}
            {% endfor %}
        {% endfor %}
    {% endif %}
    select * from (values {{ rows | sort | join(', ') or "('none', 1, 'none')" }}) as records (metric_id, minimum_n, feed)
{% endmacro %}

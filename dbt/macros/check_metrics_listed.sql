{# Refuses a list that is not exactly the met_ models there are: a metric left out would look like one never built. #}
{% macro check_metrics_listed(metrics) %}
    {% if execute %}
        {% set written = [] %}
        {% for node in graph.nodes.values() if node.resource_type == 'model' and node.name.startswith('met_') %}
            {% do written.append(node.name) %}
        {% endfor %}
        {% if metrics | sort != written | sort or not written %}
            {{ exceptions.raise_compiler_error(
                "fct_metric_values: the variable metrics lists [" ~ metrics | sort | join(', ')
                ~ "] but models/metrics holds [" ~ written | sort | join(', ')
                ~ "]. Pass --vars '{metrics: [...]}' with every met_*.sql file."
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}

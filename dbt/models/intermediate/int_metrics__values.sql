-- Grain: one metric, period, unit and breakdown value, teams by the month included.
{% set metrics = var('metrics') | sort %}
{{ check_metrics_listed(metrics) }}

with
{% for metric in metrics %}
    {{ metric }} as (

        select * from {{ ref(metric) }}

    ),

{% endfor %}

final as (

    {% for metric in metrics %}
        select
            metric_id,
            period_type,
            period_start,
            period_end,
            unit_level,
            unit_id,
            breakdown,
            breakdown_value,
            numerator,
            denominator,
            people,
            value,
            value_state
        from {{ metric }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from final

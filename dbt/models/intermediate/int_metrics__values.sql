-- Grain: one metric, period, unit and breakdown value, teams by the month included.
{% set metrics = var('metrics') | sort %}
{{ check_metrics_listed(metrics) }}

with
{% for metric in metrics %}
    {{ metric }} as (

        select * from {{ ref(metric) }}

    ),

{% endfor %}

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

every_period as (

    {% for metric in metrics %}
        select {{ value_columns() }}
        from {{ metric }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

-- A round or wave after the month reported is not part of it, however early it was sent; a year that goes on is not due.
final as (

    select every_period.*
    from every_period
    cross join run_parameters
    where every_period.period_end <= last_day(run_parameters.month) or every_period.value_state = 'not_due'

)

select * from final

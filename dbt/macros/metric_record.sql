{#
    What the roll-up needs of the metric's record: its id, cadence, breakdowns, minimum n and given_by. Unit tests override this macro,
    because a unit test does not see the record of the model it tests.
#}
{% macro metric_record() %}
    {% if not execute %}
        {{ return({'metric_id': model.name, 'cadence': 'month', 'breakdowns': [], 'minimum_n': 1}) }}
    {% endif %}
    {% set record = (model.config.get('meta') or {}).get('metric') %}
    {% if not record %}
        {{ exceptions.raise_compiler_error(
            model.name ~ ": no record. Write it in " ~ model.name ~ ".yml under config.meta.metric, after the "
            ~ "pattern of another metric; in a unit test, override the macro metric_record."
        ) }}
    {% endif %}
    {% for field in ['cadence', 'breakdowns', 'minimum_n'] if field not in record %}
        {{ exceptions.raise_compiler_error(
            model.name ~ ".yml: the record lacks " ~ field ~ ". Add it under config.meta.metric."
        ) }}
    {% endfor %}
    {{ return({
        'metric_id': model.name | replace('met_', '', 1),
        'cadence': record['cadence'],
        'breakdowns': record['breakdowns'],
        'minimum_n': record['minimum_n'],
        'given_by': record.get('given_by'),
    }) }}
{% endmacro %}

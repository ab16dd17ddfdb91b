{#
    The sums of each period, unit and breakdown value, and how many different `counted` are behind the denominator, the
    numerator and the rest. Someone with some of their events on either side is behind both.
#}
{% macro measured_units(rows, unit_ids, periods, counted, in_total={}) -%}
{%- set breakdowns = ['all'] + metric_record()['breakdowns'] -%}
slices as (
    {%- for unit_level, unit_id in unit_ids.items() %}
    {%- set outer_last = loop.last %}
    {%- for breakdown in (['all'] if unit_level == 'team' else breakdowns) %}

    select
        {{ periods | join(',\n        ') }},
        '{{ unit_level }}' as unit_level,
        {{ unit_id }} as unit_id,
        '{{ breakdown }}' as breakdown,
        {{ "'all'" if breakdown == 'all' else breakdown }} as breakdown_value,
        {{ counted }},
        numerator,
        denominator
    from {{ rows }}
    where
        denominator > 0
        and {{ unit_id }} is not null
        {%- for other, condition in in_total.items() if other != breakdown %}
        and {{ condition }}
        {%- endfor %}
    {%- if not (outer_last and loop.last) %}

    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}

),

measured_units as (

    select
        {{ periods | join(',\n        ') }},
        unit_level,
        unit_id,
        breakdown,
        breakdown_value,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        count(distinct {{ counted }}) as people,
        count(distinct {{ counted }}) filter (where numerator > 0) as numerator_people,
        count(distinct {{ counted }}) filter (where denominator > numerator) as rest_people
    from slices
    group by {{ periods | join(', ') }}, unit_level, unit_id, breakdown, breakdown_value

)
{%- endmacro %}

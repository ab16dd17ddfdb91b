{#
    The sums of each period, unit and breakdown value, and how many different `counted` are behind the denominator, the
    numerator and the rest. Someone with some of their events on either side is behind both. Where the record says by whom
    it is given, no more than those are behind either side: what two managers say of thirty reports is said by two.
    Rows without a value of a breakdown are not told under it.
#}
{% macro measured_units(rows, unit_ids, periods, counted, in_total={}) -%}
{%- set breakdowns = ['all'] + metric_record()['breakdowns'] -%}
{%- set given_by = metric_record().get('given_by') -%}
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
        {%- if given_by and given_by != counted %}
        {{ given_by }},
        {%- endif %}
        numerator,
        denominator
    from {{ rows }}
    where
        denominator > 0
        and {{ unit_id }} is not null
        {%- if breakdown != 'all' %}
        and {{ breakdown }} is not null
        {%- endif %}
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
        {%- if given_by %}
        least(
            count(distinct {{ counted }}) filter (where numerator > 0), count(distinct {{ given_by }})
        ) as numerator_people,
        least(
            count(distinct {{ counted }}) filter (where denominator > numerator), count(distinct {{ given_by }})
        ) as rest_people
        {%- else %}
        count(distinct {{ counted }}) filter (where numerator > 0) as numerator_people,
        count(distinct {{ counted }}) filter (where denominator > numerator) as rest_people
        {%- endif %}
    from slices
    group by {{ periods | join(', ') }}, unit_level, unit_id, breakdown, breakdown_value

)
{%- endmacro %}

{#
    As organisation_only, told as a whole and by each value of one breakdown of the record.

    rows: name of an expression with month, the breakdown, numerator, denominator and people; the people of the whole are
    those of its largest part, because the same people may be in several. shared_denominator: every part is of the same
    whole, so the whole's denominator is theirs and not their sum.
#}
{% macro organisation_by(rows, breakdown, feeds, coverage=none, shared_denominator=false) -%}
parts as (

    select
        month,
        'all' as breakdown,
        'all' as breakdown_value,
        sum(numerator) as numerator,
        {{ 'max' if shared_denominator else 'sum' }}(denominator) as denominator,
        max(people) as people
    from {{ rows }}
    group by month

    union all

    select
        month,
        '{{ breakdown }}' as breakdown,
        {{ breakdown }} as breakdown_value,
        numerator,
        denominator,
        people
    from {{ rows }}

),

units as (

    select
        month,
        'organisation' as unit_level,
        'all' as unit_id,
        breakdown,
        breakdown_value,
        numerator,
        denominator,
        people,
        cast(null as bigint) as numerator_people,
        cast(null as bigint) as rest_people
    from parts

),

{{ with_value_state('units', feeds, 1, coverage) }}
{%- endmacro %}

{#
    Guards the first line of every model: one row for each combination of `columns`, and none of them empty.
    A returned row is a combination that occurs twice or has a gap, with its number of rows.
#}
{% test unique_grain(model, columns) %}

select
    {{ columns | join(',\n    ') }},
    count(*) as n_rows
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}

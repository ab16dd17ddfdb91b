{#
    Of the sources that a form names, several in one cell: whether any is one of `sources`, and whether every one is.
    Both are false where none is named.
#}
{% macro names_any(column, sources) -%}
    coalesce(list_has_any(string_split({{ column }}, '; '), ['{{ sources | join("', '") }}']), false)
{%- endmacro %}

{% macro names_only(column, sources) -%}
    coalesce(list_has_all(['{{ sources | join("', '") }}'], string_split({{ column }}, '; ')), false)
{%- endmacro %}

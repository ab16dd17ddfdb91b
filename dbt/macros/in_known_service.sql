{#
    A service as somebody typed it, where the staff data have one of that name. What else was typed stands together, as
    Not stated, beside the services: left out there, it would be the difference between the organisation and its services.

    rows: name of an expression with service_id. Writes two expressions, the last of them `in_service`.
#}
{% macro in_known_service(rows) -%}
services as (

    select distinct service_id
    from {{ ref('int_staff__months') }}

),

in_service as (

    select
        {{ rows }}.* exclude (service_id),
        coalesce(services.service_id, 'Not stated') as service_id
    from {{ rows }}
    left join services on {{ rows }}.service_id = services.service_id

)
{%- endmacro %}

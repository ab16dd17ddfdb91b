{#
    Whether a row of the spine is eligible staff (E) at month end, given its available and contracted days over the
    metric's window. Agency staff are not decided here: the roll-up keeps them apart.
#}
{% macro is_eligible(available_days, contracted_days) -%}
    (
        role in ('{{ var("eligible_roles") | join("', '") }}')
        and service_days >= {{ var('minimum_service_days') }}
        and {{ contracted_days }} > 0
        and {{ available_days }} >= {{ var('minimum_available_share') }} * {{ contracted_days }}
    )
{%- endmacro %}

{# Whether a row's role asks for registration. #}
{% macro is_registered() -%}
    (
        role in ('{{ var("registered_roles") | join("', '") }}')
    )
{%- endmacro %}

{# Whether a row's role is one that is expected to use evidence: all that is asked of somebody who is not known. #}
{% macro has_eligible_role() -%}
    (
        role in ('{{ var("eligible_roles") | join("', '") }}')
    )
{%- endmacro %}

{#
    Where the practitioner of an event worked and as what: as at the end of the event's month. Someone who left during
    the month is in no snapshot at its end; then the month before says it. Events of people in neither are left out.

    events: name of an expression with month and person_id. Writes two expressions, the last of them `placed`.
#}
{% macro placed(events) -%}
staff_months as (

    select * from {{ ref('int_staff__months') }}

),

placed as (

    select
        {{ events }}.*,
        coalesce(same_month.service_id, month_before.service_id) as service_id,
        coalesce(same_month.team_id, month_before.team_id) as team_id,
        coalesce(same_month.role, month_before.role) as role,
        coalesce(same_month.hours_band, month_before.hours_band) as hours_band,
        coalesce(same_month.tenure_band, month_before.tenure_band) as tenure_band,
        coalesce(same_month.employment_type, month_before.employment_type) as employment_type
    from {{ events }}
    left join staff_months as same_month
        on
            {{ events }}.person_id = same_month.person_id
            and {{ events }}.month = same_month.month
    left join staff_months as month_before
        on
            {{ events }}.person_id = month_before.person_id
            and {{ month_add(events ~ '.month', -1) }} = month_before.month
    where same_month.person_id is not null or month_before.person_id is not null

)
{%- endmacro %}

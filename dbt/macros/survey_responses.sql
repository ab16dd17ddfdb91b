{#
    One row for each response of an eligible role, with a column for each of `items`: its answer, null where it was left
    out. `says_regular` is what the same response says of its own use, so regular_use is one of the items where it is asked
    for. Writes one expression, `responses`, for roll_up_periods.

    answers: name of an expression over int_surveys__placed.
#}
{% macro survey_responses(answers, items) -%}
responses as (

    select
        wave_date as period_start,
        wave_date as period_end,
        response_id,
        service_id,
        role,
        {%- for item in items %}
        max(answer) filter (where item = '{{ item }}') as {{ item }},
        {%- endfor %}
        case max(answer) filter (where item = 'regular_use')
            when 'yes' then 'regularly'
            when 'no' then 'not_regularly'
            else 'not_stated'
        end as says_regular
    from {{ answers }}
    where {{ has_eligible_role() }}
    group by wave_date, wave, response_id, service_id, role

)
{%- endmacro %}

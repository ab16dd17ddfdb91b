-- Grain: one metric, wave, unit and breakdown value.
{% set evidence = ['rests_on_research', 'rests_on_case_law', 'rests_on_law', 'rests_on_guidance'] %}
{% set advice = ['rests_on_manager', 'rests_on_colleague'] %}
{% set others = ['rests_on_experience'] + advice %}
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

{{ survey_responses('answers', items=evidence + others + ['regular_use']) }},

-- Who ticks nothing has not answered.
ticked as (

    select
        *,
        list_contains([{{ evidence | join(', ') }}], 'yes') as names_evidence,
        list_contains([{{ advice | join(', ') }}], 'yes') as names_advice
    from responses
    where list_contains([{{ (evidence + others) | join(', ') }}], 'yes')

),

measured as (

    select
        *,
        cast(null as varchar) as source,
        cast(not names_evidence as integer) as numerator,
        1 as denominator
    from ticked

    union all

    select
        *,
        'only_manager_or_colleague' as source,
        cast(names_advice and not names_evidence and coalesce(rests_on_experience, 'no') <> 'yes' as integer) as numerator,
        1 as denominator
    from ticked
    {%- for item in evidence + others %}

        union all

        select
            *,
            '{{ item | replace("rests_on_", "") }}' as source,
            case when {{ item }} = 'yes' then 1 else 0 end as numerator,
            1 as denominator
        from ticked
    {%- endfor %}

),

{{ roll_up_periods('measured', counted='response_id', in_total={'source': 'source is null'}) }}

select * from final

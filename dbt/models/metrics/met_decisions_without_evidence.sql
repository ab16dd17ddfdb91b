-- Grain: one metric, month, unit and breakdown value.
{% set evidence = ['research', 'case_law', 'legislation', 'practice_guidance'] %}
{% set advice = ['manager', 'colleague'] %}
with audits as (

    select * from {{ ref('stg_audits') }}

),

supervision as (

    select * from {{ ref('stg_supervision') }}

),

-- A decision was examined where the form's question on evidence was answered, whatever the answer.
examined as (

    select
        month,
        person_id,
        'audit' as seen_in,
        evidence_source
    from audits
    where sampling_method = 'random' and is_evidence_asked and is_evidence_named is not null

    union all

    select
        month,
        person_id,
        'supervision' as seen_in,
        evidence_source
    from supervision
    where status = 'held' and is_evidence_discussed is not null

),

{{ placed('examined') }},

-- Several sources of one decision are several rows of it, and so is what it rests on as a whole.
measured as (

    select
        *,
        cast(null as varchar) as source,
        cast({{ names_only('evidence_source', ['experience'] + advice) }} as integer) as numerator,
        1 as denominator
    from placed

    union all

    select
        *,
        'only_manager_or_colleague' as source,
        cast({{ names_only('evidence_source', advice) }} as integer) as numerator,
        1 as denominator
    from placed
    {%- for source in evidence + ['policy', 'experience'] + advice %}

        union all

        select
            *,
            '{{ source }}' as source,
            cast({{ names_any('evidence_source', [source]) }} as integer) as numerator,
            1 as denominator
        from placed
    {%- endfor %}

),

{{ roll_up(
    'measured', feeds=['workforce', 'supervision'], agency_apart=false, in_total={'source': 'source is null'}
) }}

select * from final

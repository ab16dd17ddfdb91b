-- Grain: one person, day, channel, mode and kind of evidence with qualifying use.
{{ config(materialized='view') }}
{% set evidence = "('research', 'case_law', 'legislation', 'legal_guide', 'practice_guidance')" %}

with resource_usage as (

    select * from {{ ref('stg_resource_usage') }}

),

supervision as (

    select * from {{ ref('stg_supervision') }}

),

learning as (

    select * from {{ ref('int_learning__events') }}

),

cpd as (

    select * from {{ ref('stg_cpd') }}

),

-- Policies and procedures, searches and log-ins are no evidence.
used_resources as (

    select
        person_id,
        usage_date as evidence_date,
        month,
        channel,
        mode,
        resource_type as evidence_kind
    from resource_usage
    where resource_type in {{ evidence }} or resource_type = 'learning'

),

-- A supervision counts for the person supervised when it was held and names a source that is evidence.
discussed_evidence as (

    select
        person_id,
        supervision_date as evidence_date,
        month,
        'observed' as channel,
        'supervision' as mode,
        evidence_kind
    from (
        select
            *,
            unnest(string_split(evidence_source, '; ')) as evidence_kind
        from supervision
        where status = 'held' and is_evidence_discussed
    ) as sources_named
    where evidence_kind in {{ evidence }}

),

-- A badge is a credit for learning that has a row of its own.
learnt as (

    select
        person_id,
        learning_date as evidence_date,
        month,
        channel,
        case mode
            when 'reading' then 'read'
            when 'podcast' then 'listen'
            when 'video' then 'watch'
            when 'webinar' then 'watch'
            when 'printout' then 'print'
            when 'group_supervision_slot' then 'group'
            else mode
        end as mode,
        content_kind as evidence_kind
    from learning
    where
        outcome in ('completed', 'viewed')
        and not is_taken_back
        and mode <> 'badge'
        and content_kind in {{ evidence }}

),

declared_pieces as (

    select
        person_id,
        entry_date as evidence_date,
        month,
        'declared' as channel,
        case kind
            when 'reading' then 'read'
            when 'listening' then 'listen'
            when 'watching' then 'watch'
            else kind
        end as mode,
        resource_kind as evidence_kind
    from cpd
    where resource_kind in {{ evidence }}

),

events as (

    select * from used_resources
    union all
    select * from discussed_evidence
    union all
    select * from learnt
    union all
    select * from declared_pieces

),

final as (

    select distinct
        person_id,
        evidence_date,
        month,
        channel,
        mode,
        evidence_kind
    from events

)

select * from final

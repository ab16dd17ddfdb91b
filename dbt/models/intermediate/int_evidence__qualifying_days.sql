-- Grain: one person, one day, one channel with qualifying evidence use.
{{ config(materialized='view') }}

with resource_usage as (

    select * from {{ ref('stg_resource_usage') }}

),

supervision as (

    select * from {{ ref('stg_supervision') }}

),

-- Policies and procedures, searches and log-ins are no evidence.
used_resources as (

    select
        person_id,
        usage_date as evidence_date,
        month,
        channel
    from resource_usage
    where resource_type in ('research', 'case_law', 'legislation', 'legal_guide', 'practice_guidance', 'learning')

),

-- A supervision counts for the person supervised when it was held and names a source that is evidence.
discussed_evidence as (

    select
        person_id,
        supervision_date as evidence_date,
        month,
        'observed' as channel
    from supervision
    where
        status = 'held'
        and is_evidence_discussed
        and evidence_source in ('research', 'case_law', 'legislation', 'practice_guidance')

),

events as (

    select * from used_resources
    union all
    select * from discussed_evidence

),

final as (

    select distinct
        person_id,
        evidence_date,
        month,
        channel
    from events

)

select * from final

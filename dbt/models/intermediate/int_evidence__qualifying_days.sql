-- Grain: one person, one day, one channel with qualifying evidence use.
{{ config(materialized='view') }}

with qualifying_events as (

    select * from {{ ref('int_evidence__qualifying_events') }}

),

final as (

    select distinct
        person_id,
        evidence_date,
        month,
        channel
    from qualifying_events

)

select * from final

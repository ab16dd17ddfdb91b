-- Grain: one channel of the use of evidence that supervision records hold, with the month from which it is seen.
with supervision as (

    select * from {{ ref('stg_supervision') }}

),

-- A form may gain its question about evidence long after the first record.
final as (

    select
        'channel' as source_kind,
        'observed' as source,
        min(month) as month
    from supervision
    where is_evidence_discussed is not null
    having count(*) > 0

)

select * from final

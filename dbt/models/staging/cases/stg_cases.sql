-- Grain: one referral of a child, or one episode of a child in need.
with source as (

    select * from {{ source('raw', 'cases') }}

),

final as (

    select
        -- ids
        record,
        child_id,
        family_id,
        team_id,

        -- attributes
        closure_reason,
        is_nfa,
        is_evidence_named,

        -- dates
        start_date,
        closure_date,
        {{ month_of('start_date') }} as month,

        -- delivery
        _delivered_at as delivered_at
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one person in one round of pay progression.
with source as (

    select * from {{ source('raw', 'pay_progression') }}

),

final as (

    select
        -- ids
        round_id,
        person_id,

        -- attributes
        is_eligible,
        has_applied,
        has_portfolio,
        evidence_route,
        outcome,

        -- the decision's record
        decision_maker_role,
        has_reasons,
        had_human_review,

        -- dates
        round_date,
        decided_on,
        {{ month_of('round_date') }} as month
    from source
    where _superseded_by is null

)

select * from final

-- Grain: one referral of a child, or one episode of a child in need.
with cases as (

    select * from {{ ref('stg_cases') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

-- A team that moved is in the service it is in now.
teams as (

    select
        team_id,
        service_id
    from staff_months
    qualify row_number() over (partition by team_id order by month desc, service_id asc) = 1

),

-- The family may stand in some of a child's rows only. Those of no known team stand together beside the services: left
-- out there, they would be the difference between the organisation and its services.
final as (

    select
        cases.record,
        cases.child_id,
        coalesce(max(cases.family_id) over (partition by cases.child_id), cases.child_id) as family_id,
        coalesce(teams.service_id, 'Not stated') as service_id,
        cases.closure_reason,
        cases.is_nfa,
        cases.is_evidence_named,
        cases.start_date,
        cases.closure_date,
        cases.month,
        cases.delivered_at
    from cases
    left join teams on cases.team_id = teams.team_id

)

select * from final

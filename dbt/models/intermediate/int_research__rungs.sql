-- Grain: one eligible person, one month in post at its end.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

research_activity as (

    select * from {{ ref('stg_research_activity') }}

),

-- A question nobody raised by name, a product of nobody in particular, and partnerships put nobody on a rung.
steps as (

    select
        person_id,
        activity_date,
        case
            when kind in ('project_host', 'project_co_applicant', 'fellowship_award', 'publication') then 3
            when
                kind in ('project_participant', 'project_recruiter', 'teaching', 'local_product', 'fellowship_application')
                then 2
            when kind in ('network_membership', 'event_attended', 'question') then 1
        end as rung
    from research_activity
    where person_id is not null

),

eligible as (

    select * from staff_months
    where {{ is_eligible('available_days', 'contracted_days') }}

),

highest as (

    select
        eligible.month,
        eligible.person_id,
        max(steps.rung) as rung
    from eligible
    inner join steps
        on
            eligible.person_id = steps.person_id
            and steps.activity_date <= last_day(eligible.month)
            and steps.activity_date > last_day({{ month_add('eligible.month', -24) }})
    group by eligible.month, eligible.person_id

),

final as (

    select
        eligible.month,
        eligible.person_id,
        eligible.service_id,
        eligible.team_id,
        eligible.role,
        eligible.qualification_route,
        eligible.setting,
        eligible.employment_type,
        eligible.is_agency,
        coalesce(highest.rung, 0) as rung
    from eligible
    left join highest
        on
            eligible.person_id = highest.person_id
            and eligible.month = highest.month

)

select * from final

-- Grain: one entry of the action plan, as at the day of the run.
with action_plan as (

    select * from {{ ref('stg_action_plan') }}

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

final as (

    select
        action_plan.action_id,
        action_plan.block,
        case
            when action_plan.owner_role is null or action_plan.due_date is null then 'no owner'
            else action_plan.owner_role
        end as owner,
        action_plan.due_date,
        action_plan.done_date,
        action_plan.funding_end_date,
        action_plan.is_enabler_in_place,
        case
            when action_plan.done_date <= run_parameters.as_at then 'done'
            when action_plan.owner_role is null or action_plan.due_date is null then 'no_owner'
            when action_plan.due_date < run_parameters.as_at then 'overdue'
            else 'due'
        end as state,
        coalesce(action_plan.funding_end_date < run_parameters.as_at, false) as is_funding_overdue
    from action_plan
    cross join run_parameters
    where action_plan.entered_on <= run_parameters.as_at

)

select * from final

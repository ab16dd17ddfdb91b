-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

learning as (

    select * from {{ ref('int_learning__events') }}

),

trained as (

    select
        person_id,
        learning_date
    from learning
    where content_kind = 'evidence_skills' and is_completed

),

eligible_staff as (

    select *
    from staff_months
    where {{ is_eligible('available_days', 'contracted_days') }}

),

measured as (

    select
        eligible_staff.*,
        case
            when
                exists (
                    select 1
                    from trained
                    where
                        trained.person_id = eligible_staff.person_id
                        and trained.learning_date <= last_day(eligible_staff.month)
                        and trained.learning_date >= {{ month_add('eligible_staff.month', 1 - var('evidence_training_months')) }}
                )
                then 1
            else 0
        end as numerator,
        1 as denominator
    from eligible_staff

),

{{ roll_up('measured', feeds=['workforce', 'learning']) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with regular_use as (

    select * from {{ ref('int_staff__regular_use') }}

),

learning as (

    select * from {{ ref('int_learning__events') }}

),

first_trained as (

    select
        person_id,
        min(month) as month_trained
    from learning
    where content_kind = 'evidence_skills' and is_completed
    group by person_id

),

-- The three months before the training against the three after it; the month of the training is in neither.
before_and_after as (

    select
        after_training.*,
        before_training.is_regular as was_regular
    from first_trained
    inner join regular_use as after_training
        on
            first_trained.person_id = after_training.person_id
            and {{ month_add('first_trained.month_trained', 3) }} = after_training.month
    inner join regular_use as before_training
        on
            first_trained.person_id = before_training.person_id
            and {{ month_add('first_trained.month_trained', -1) }} = before_training.month

),

measured as (

    select
        before_and_after.*,
        times.at_time,
        case when times.at_time is null then is_regular else was_regular end as numerator,
        1 as denominator
    from before_and_after
    cross join (values ('before'), (null)) as times (at_time)

),

{{ roll_up(
    'measured', feeds=['workforce', 'resource_usage'], window_months=7, agency_apart=false,
    in_total={'at_time': 'at_time is null'}
) }}

select * from final

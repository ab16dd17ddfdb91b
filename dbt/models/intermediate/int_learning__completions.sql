-- Grain: one completion of an activity by a practitioner whose unit is known.
with learning as (

    select * from {{ ref('int_learning__events') }}

),

-- A completion that two channels tell of is one.
completions as (

    select
        person_id,
        activity_id,
        learning_date,
        month,
        mode,
        max(minutes) as minutes,
        max(cost) as cost
    from learning
    where is_completed
    group by person_id, activity_id, learning_date, month, mode

),

{{ placed('completions') }},

final as (

    select * from placed

)

select * from final

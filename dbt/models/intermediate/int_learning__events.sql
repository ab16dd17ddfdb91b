-- Grain: one person, day, activity, mode and channel of learning.
with learning as (

    select * from {{ ref('stg_learning') }}

),

activities as (

    select * from {{ ref('stg_learning_activities') }}

),

taken_back as (

    select
        person_id,
        activity_id,
        max(learning_date) as taken_back_on
    from learning
    where outcome = 'taken_back'
    group by person_id, activity_id

),

-- What is taken back stands for nothing up to that day; done again later, it stands.
final as (

    select
        learning.person_id,
        learning.activity_id,
        learning.learning_date,
        learning.month,
        learning.mode,
        learning.channel,
        learning.outcome,
        coalesce(learning.content_kind, activities.content_kind) as content_kind,
        case
            when learning.outcome = 'completed' then coalesce(learning.minutes, activities.minutes)
            else learning.minutes
        end as minutes,
        coalesce(learning.cost, activities.cost) as cost,
        learning.post_score > learning.pre_score as has_improved,
        taken_back.taken_back_on is not null as is_taken_back,
        learning.outcome = 'completed' and learning.mode <> 'badge' and taken_back.taken_back_on is null as is_completed
    from learning
    left join activities on learning.activity_id = activities.activity_id
    left join taken_back
        on
            learning.person_id = taken_back.person_id
            and learning.activity_id = taken_back.activity_id
            and learning.learning_date <= taken_back.taken_back_on
    where learning.outcome <> 'taken_back'

)

select * from final

-- Grain: one metric, month, unit and breakdown value.
with supervision as (

    select * from {{ ref('stg_supervision') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

{{ manager_posts('staff_months') }},

-- A group is one supervision of its supervisor, however many records it has.
given as (

    select
        month,
        supervisor_person_id,
        supervision_date,
        supervision_kind,
        case when supervision_kind = 'group' then max(duration_minutes) else sum(duration_minutes) end as n_minutes
    from supervision
    where status = 'held' and supervisor_person_id is not null
    group by month, supervisor_person_id, supervision_date, supervision_kind

),

minutes as (

    select
        month,
        supervisor_person_id,
        sum(n_minutes) as n_minutes
    from given
    group by month, supervisor_person_id

),

measured as (

    select
        manager_posts.*,
        coalesce(minutes.n_minutes, 0) as numerator,
        1 as denominator
    from manager_posts
    left join minutes
        on
            manager_posts.month = minutes.month
            and manager_posts.person_id = minutes.supervisor_person_id

),

{{ roll_up('measured', feeds=['workforce', 'supervision'], agency_apart=false) }}

select * from final

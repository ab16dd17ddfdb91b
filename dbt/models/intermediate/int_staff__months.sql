-- Grain: one person, one month in post at its end.
with workforce as (

    select * from {{ ref('stg_workforce') }}

),

-- Two senders may list the same post (a mover between two managers' files): the later delivery describes it.
posts as (

    select *
    from workforce
    qualify
        row_number() over (
            partition by month, person_id, post_id
            order by delivered_at desc nulls last, file_hash asc, sender asc
        ) = 1

),

ranked_posts as (

    select
        *,
        row_number() over (
            partition by month, person_id
            order by coalesce(is_main_post, false) desc, contracted_fte desc nulls last, post_id asc
        ) as post_rank
    from posts

),

people as (

    select
        month,
        person_id,
        max(post_id) filter (where post_rank = 1) as post_id,
        count(*) as n_posts,
        max(role) filter (where post_rank = 1) as role,
        max(grade) filter (where post_rank = 1) as grade,
        max(pay_point) filter (where post_rank = 1) as pay_point,
        max(team_id) filter (where post_rank = 1) as team_id,
        max(service_id) filter (where post_rank = 1) as service_id,
        max(manager_person_id) filter (where post_rank = 1) as manager_person_id,
        bool_or(is_agency) filter (where post_rank = 1) as is_agency,
        max(qualification_date) filter (where post_rank = 1) as qualification_date,
        max(qualification_route) filter (where post_rank = 1) as qualification_route,
        max(setting) filter (where post_rank = 1) as setting,
        min(start_date) as start_date,
        cast(least(sum(contracted_fte), 1) as decimal(18, 4)) as contracted_fte,
        cast(sum(contracted_days) as decimal(18, 4)) as contracted_days,
        cast(sum(available_days) as decimal(18, 4)) as available_days
    from ranked_posts
    group by month, person_id

),

final as (

    select
        * exclude (qualification_route, setting),
        coalesce(qualification_route, 'not_stated') as qualification_route,
        coalesce(setting, 'not_stated') as setting,
        case when is_agency then 'agency' else 'employed' end as employment_type,
        case when contracted_fte >= 0.9 then 'full_time' else 'part_time' end as hours_band,
        case
            when start_date > {{ month_add('last_day(month)', -24) }} then 'under_2'
            when start_date > {{ month_add('last_day(month)', -60) }} then '2_to_4'
            when start_date > {{ month_add('last_day(month)', -120) }} then '5_to_9'
            else '10_and_over'
        end as tenure_band,
        case
            when qualification_date is null then 'not_stated'
            when qualification_date > {{ month_add('last_day(month)', -24) }} then 'under_2'
            when qualification_date > {{ month_add('last_day(month)', -60) }} then '2_to_4'
            when qualification_date > {{ month_add('last_day(month)', -120) }} then '5_to_9'
            when qualification_date > {{ month_add('last_day(month)', -240) }} then '10_to_19'
            else '20_and_over'
        end as experience_band,
        {{ days_between('start_date', 'last_day(month)') }} as service_days,
        cast(
            round(coalesce({{ ratio('contracted_fte * available_days', 'contracted_days') }}, 0), 12) as decimal(18, 12)
        ) as availability_scale
    from people

)

select * from final

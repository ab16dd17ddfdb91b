-- Grain: one half-year's last month, rung half a year before and rung.
with rungs as (

    select
        month,
        person_id,
        case rung when 0 then 'none' when 1 then 'awareness' when 2 then 'participation' else 'active' end as rung
    from {{ ref('int_research__rungs') }}
    where not is_agency

),

-- March and September are the last months of half-years.
waves as (

    select * from rungs
    where month(month) in (3, 9)

),

final as (

    select
        waves.month,
        coalesce(before.rung, 'not_there') as rung_before,
        waves.rung,
        count(*) as n_people
    from waves
    left join waves as before
        on
            waves.person_id = before.person_id
            and {{ month_add('waves.month', -6) }} = before.month
    group by waves.month, before.rung, waves.rung

)

select * from final

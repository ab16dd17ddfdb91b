-- Grain: one direct report available at a month's end.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

available as (

    select * from staff_months
    where
        contracted_days > 0
        and available_days >= {{ var('minimum_available_share') }} * contracted_days

),

-- The numbering is of no meaning: it lets a manager's count be told as that many of the direct reports.
final as (

    select
        available.month,
        available.person_id,
        available.manager_person_id,
        managers.service_id,
        managers.team_id,
        row_number() over (
            partition by available.month, available.manager_person_id order by available.person_id
        ) as report_number,
        count(*) over (partition by available.month, available.manager_person_id) as n_reports
    from available
    inner join staff_months as managers
        on
            available.month = managers.month
            and available.manager_person_id = managers.person_id
    where available.manager_person_id <> available.person_id

)

select * from final

-- Grain: one metric, month, unit and breakdown value.
with work as (

    select * from {{ ref('stg_timeliness') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

-- A team's name may be found in two services: the work is that of the service with most of its staff.
team_services as (

    select
        month,
        team_id,
        service_id
    from staff_months
    group by month, team_id, service_id
    qualify
        row_number() over (
            partition by month, team_id
            order by count(*) desc, service_id asc
        ) = 1

),

-- A row for each piece of work, because counts name no person: the first of the numbered pieces stand for those in time.
pieces as (

    select
        work.month,
        work.team_id,
        team_services.service_id,
        work.kind,
        work.n_in_time,
        unnest(generate_series(1, work.n_due)) as number
    from work
    inner join team_services
        on
            work.month = team_services.month
            and work.team_id = team_services.team_id

),

measured as (

    select
        month,
        team_id,
        service_id,
        kind,
        concat(team_id, ':', kind, ':', number) as person_id,
        case when number <= n_in_time then 1 else 0 end as numerator,
        1 as denominator
    from pieces

),

{{ roll_up('measured', feeds=['workforce', 'timeliness'], agency_apart=false) }}

select * from final

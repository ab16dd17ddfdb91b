-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

research_activity as (

    select * from {{ ref('stg_research_activity') }}

),

eligible as (

    select * from staff_months
    where {{ is_eligible('available_days', 'contracted_days') }}

),

contributions as (

    select
        eligible.month,
        eligible.person_id,
        bool_or(research_activity.kind = 'teaching') as has_taught,
        bool_or(research_activity.kind = 'practice_educator') as is_educator
    from eligible
    inner join research_activity
        on
            eligible.person_id = research_activity.person_id
            and research_activity.activity_date <= last_day(eligible.month)
    where
        (
            research_activity.kind = 'teaching'
            and research_activity.activity_date > last_day({{ month_add('eligible.month', -12) }})
        )
        or (
            research_activity.kind = 'practice_educator'
            and coalesce(research_activity.completed_on, last_day(eligible.month)) >= last_day(eligible.month)
        )
    group by eligible.month, eligible.person_id

),

contributors as (

    select
        eligible.*,
        coalesce(contributions.has_taught, false) as has_taught,
        coalesce(contributions.is_educator, false) as is_educator
    from eligible
    left join contributions
        on
            eligible.month = contributions.month
            and eligible.person_id = contributions.person_id

),

measured as (

    select
        contributors.*,
        ways.contribution,
        case
            when ways.contribution = 'teaching' then cast(has_taught as integer)
            when ways.contribution = 'practice_educator' then cast(is_educator as integer)
            else cast(has_taught or is_educator as integer)
        end as numerator,
        1 as denominator
    from contributors
    cross join (values (null), ('teaching'), ('practice_educator')) as ways (contribution)

),

{{ roll_up(
    'measured',
    feeds=['workforce', 'research_activity'],
    in_total={'contribution': 'contribution is null'},
    coverage=ref('int_registers__month_coverage'),
) }}

select * from final

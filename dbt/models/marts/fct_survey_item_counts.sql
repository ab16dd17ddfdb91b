-- Grain: one wave, one item, one group of respondents.
with answers as (

    select * from {{ ref('int_surveys__placed') }}

),

-- A senior manager is a manager as well as a leader; one question is never asked of both.
grouped as (

    select
        wave_date,
        item,
        answer,
        'practitioners' as respondents
    from answers
    where {{ has_eligible_role() }}

    union all

    select
        wave_date,
        item,
        answer,
        'managers' as respondents
    from answers
    where role in ('team_manager', 'senior_manager')

    union all

    select
        wave_date,
        item,
        answer,
        'leaders' as respondents
    from answers
    where role = 'senior_manager'

),

final as (

    select
        wave_date,
        item,
        respondents,
        count(*) filter (where answer = 'yes') as n_positive,
        count(*) as n_answered
    from grouped
    where answer in ('yes', 'neither', 'no')
    group by wave_date, item, respondents

)

select * from final

-- Grain: one metric, month, unit and breakdown value.
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

assessments as (

    select
        person_id,
        needs_date
    from {{ ref('stg_learning_needs') }}
    where kind = 'needs_assessment'

),

eligible as (

    select * from staff_months
    where {{ is_eligible('available_days', 'contracted_days') }}

),

assessed as (

    select distinct
        eligible.month,
        eligible.person_id
    from eligible
    inner join assessments
        on
            eligible.person_id = assessments.person_id
            and assessments.needs_date <= last_day(eligible.month)
            and assessments.needs_date > last_day({{ month_add('eligible.month', -12) }})

),

measured as (

    select
        eligible.*,
        case when assessed.person_id is null then 0 else 1 end as numerator,
        1 as denominator
    from eligible
    left join assessed
        on
            eligible.person_id = assessed.person_id
            and eligible.month = assessed.month

),

{{ roll_up('measured', feeds=['workforce', 'learning_needs'], coverage=ref('int_registers__month_coverage')) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with learning_needs as (

    select * from {{ ref('stg_learning_needs') }}
    where kind = 'gap'

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

-- A gap is counted once its days for action have passed, and for twelve months.
due as (

    select
        staff_months.*,
        case
            when
                learning_needs.acted_on >= learning_needs.needs_date
                and {{ days_between('learning_needs.needs_date', 'learning_needs.acted_on') }} <= {{ var('learning_action_days') }}
                then 1
            else 0
        end as numerator,
        1 as denominator
    from learning_needs
    inner join staff_months
        on
            learning_needs.person_id = staff_months.person_id
            and learning_needs.needs_date + {{ var('learning_action_days') }} <= last_day(staff_months.month)
            and learning_needs.needs_date + {{ var('learning_action_days') }} > last_day({{ month_add('staff_months.month', -12) }})

),

{{ roll_up('due', feeds=['workforce', 'learning_needs'], agency_apart=false, coverage=ref('int_registers__month_coverage')) }}

select * from final

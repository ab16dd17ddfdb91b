-- Grain: one metric, month, unit and breakdown value.
with supervision as (

    select * from {{ ref('stg_supervision') }}

),

learning as (

    select * from {{ ref('int_learning__events') }}

),

attended as (

    select
        supervision_id,
        month,
        person_id,
        supervision_date
    from supervision
    where supervision_kind = 'group' and status = 'held'

),

slots as (

    select distinct
        person_id,
        learning_date
    from learning
    where mode = 'group_supervision_slot' and outcome in ('completed', 'viewed') and not is_taken_back

),

with_slot as (

    select
        attended.*,
        slots.person_id is not null as has_slot
    from attended
    left join slots
        on
            attended.person_id = slots.person_id
            and attended.supervision_date = slots.learning_date

),

{{ placed('with_slot') }},

measured as (

    select
        *,
        cast(has_slot as integer) as numerator,
        1 as denominator
    from placed

),

{{ roll_up('measured', feeds=['workforce', 'supervision', 'learning'], agency_apart=false) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with consultations as (

    select * from {{ ref('stg_consultations') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

{{ manager_posts('staff_months') }},

measured as (

    select
        manager_posts.*,
        consultations.n_consultations as numerator,
        1 as denominator
    from consultations
    inner join manager_posts
        on
            consultations.month = manager_posts.month
            and consultations.manager_person_id = manager_posts.person_id

),

{{ roll_up('measured', feeds=['workforce', 'consultations'], agency_apart=false) }}

select * from final

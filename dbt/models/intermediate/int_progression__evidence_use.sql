-- Grain: one person in one round of pay progression.
with progression as (

    select * from {{ ref('stg_pay_progression') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

{{ evidence_use_before('progression', 'round_id', 'use_by_progression') }},

final as (

    select * from used_before

)

select * from final

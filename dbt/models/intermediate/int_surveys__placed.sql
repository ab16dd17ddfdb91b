-- Grain: one response, one item.
with answers as (

    select * from {{ ref('stg_surveys') }}

),

staff_months as (

    select * from {{ ref('int_staff__months') }}

),

-- Names of services only: nothing of a person comes near an answer.
services as (

    select distinct service_id
    from staff_months

),

-- What a respondent typed may be anything, so only a name that the organisation has is told. An answer without one
-- counts for the organisation.
final as (

    select
        answers.wave,
        answers.response_id,
        services.service_id,
        answers.role,
        answers.item,
        answers.answer,
        answers.wave_date,
        answers.month
    from answers
    left join services on answers.service_id = services.service_id

)

select * from final

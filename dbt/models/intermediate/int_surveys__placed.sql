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

-- What a respondent typed may be anything, so only a name that the organisation has is told. The others stand together
-- beside the services: left out there, they would be the difference between the organisation and its services.
final as (

    select
        answers.wave,
        answers.response_id,
        coalesce(services.service_id, 'Not stated') as service_id,
        answers.role,
        answers.item,
        answers.answer,
        answers.wave_date,
        answers.month
    from answers
    left join services on answers.service_id = services.service_id

)

select * from final

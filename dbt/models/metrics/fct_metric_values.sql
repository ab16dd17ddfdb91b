-- Grain: one metric, period, unit and breakdown value.
{{ config(contract={'enforced': true}) }}

with metric_values as (

    select * from {{ ref('int_metrics__values') }}

),

twelve_months as (

    select * from {{ ref('int_metrics__twelve_months') }}

),

-- A team's month says too much about too few people: a team is told over twelve months.
final as (

    select {{ value_columns() }} from metric_values
    where unit_level <> 'team'

    union all

    select {{ value_columns() }} from twelve_months

)

select * from final

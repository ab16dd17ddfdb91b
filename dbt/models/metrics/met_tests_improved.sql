-- Grain: one metric, month, unit and breakdown value.
with learning as (

    select * from {{ ref('int_learning__events') }}

),

-- No score leaves here: only whether it rose.
tested as (

    select
        month,
        person_id,
        mode,
        content_kind,
        case when has_improved then 1 else 0 end as numerator,
        1 as denominator
    from learning
    where is_completed and has_improved is not null

),

{{ placed('tested') }},

{{ roll_up('placed', feeds=['workforce', 'learning'], agency_apart=false) }}

select * from final

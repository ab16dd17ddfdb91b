-- Grain: one metric, month, unit and breakdown value.
with audits as (

    select * from {{ ref('int_audits__placed') }}

),

measured as (

    select
        *,
        case when evidence_named <> 'not_asked' then 1 else 0 end as numerator,
        1 as denominator
    from audits

),

{{ roll_up(
    'measured', feeds=['workforce', 'audits'], agency_apart=false, in_total={'sampling_method': "sampling_method = 'random'"}
) }}

select * from final

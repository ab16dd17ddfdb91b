-- Grain: one metric, financial year, unit and breakdown value.
with run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

completed as (

    select * from {{ ref('stg_appraisals') }}
    where status = 'completed'

),

{{ placed('completed') }},

-- The year to 31 March in which the appraisal lies.
dated as (

    select
        *,
        cast(date_trunc('year', {{ month_add('month', -3) }}) + interval '3 months' as date) as period_start
    from placed

),

measured as (

    select
        dated.*,
        last_day({{ month_add('dated.period_start', 11) }}) as period_end,
        case when dated.has_evidence_objective then 1 else 0 end as numerator,
        1 as denominator
    from dated
    inner join run_parameters on {{ month_add('dated.period_start', 11) }} <= run_parameters.month

),

{{ roll_up_periods('measured') }}

select * from final

-- Grain: one metric and month, for the organisation.
with audits as (

    select * from {{ ref('stg_audits') }}

),

caseloads as (

    select * from {{ ref('stg_caseload') }}

),

open_cases as (

    select
        month,
        sum(n_cases) as n_cases,
        count(*) as n_workers
    from caseloads
    group by month

),

-- A quarter's audits stand against the cases open at its end.
measured as (

    select
        open_cases.month,
        count(audits.audit_id) as numerator,
        cast(open_cases.n_cases / 100 as decimal(18, 4)) as denominator,
        open_cases.n_workers as people
    from open_cases
    left join audits
        on
            open_cases.month >= audits.month
            and {{ month_add('open_cases.month', -3) }} < audits.month
    group by open_cases.month, open_cases.n_cases, open_cases.n_workers

),

{{ organisation_only('measured', feeds=['audits', 'caseload'], window_months=3) }}

select * from final

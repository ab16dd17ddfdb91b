-- Grain: one metric, month, unit and breakdown value.
with audits as (

    select * from {{ ref('int_audits__placed') }}

),

-- An audit counts in its own month and in the eleven after it, each time where its practitioner worked when audited.
in_windows as (

    select
        audits.* exclude (month),
        {{ months_from_to('audits.month', month_add('audits.month', 11)) }} as month
    from audits
    where audits.grade <> 'not_graded'

),

measured as (

    select
        *,
        case when grade in ('outstanding', 'good') then 1 else 0 end as numerator,
        1 as denominator
    from in_windows

),

{{ roll_up(
    'measured', feeds=['workforce', 'audits'], window_months=12, agency_apart=false,
    in_total={'sampling_method': "sampling_method = 'random'"}
) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with sessions as (

    select * from {{ ref('int_protected_time__placed') }}

),

measured as (

    select
        sessions.*,
        reasons.reason_displaced,
        case
            when sessions.outcome <> 'displaced' then 0
            when reasons.reason_displaced <> sessions.displaced_for then 0
            else 1
        end as numerator,
        1 as denominator
    from sessions
    cross join (
        values (null), ('duty'), ('new_case'), ('meeting'), ('leave'), ('other'), ('not_stated')
    ) as reasons (reason_displaced)

),

{{ roll_up(
    'measured', feeds=['workforce', 'protected_time'], agency_apart=false,
    in_total={'reason_displaced': 'reason_displaced is null'}
) }}

select * from final

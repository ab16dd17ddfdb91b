-- Grain: one family and day on which a case of it was closed.
with cases as (

    select * from {{ ref('int_cases__placed') }}

),

-- A child who died, was adopted, got a guardian or moved to other services cannot come back.
closures as (

    select
        family_id,
        closure_date,
        min(service_id) as service_id,
        case bool_or(is_evidence_named)
            when true then 'named'
            when false then 'not_named'
            else 'not_recorded'
        end as evidence_named
    from cases
    where
        closure_date >= start_date
        and is_nfa is not true
        and coalesce(closure_reason, 'other') not in ('adoption', 'died', 'care_order', 'transferred', 'adult_services')
    group by family_id, closure_date

),

returns as (

    select
        closures.family_id,
        closures.closure_date,
        min(referrals.start_date) as return_date
    from closures
    inner join cases as referrals
        on
            closures.family_id = referrals.family_id
            and closures.closure_date < referrals.start_date
            and {{ month_add('closures.closure_date', 12) }} >= referrals.start_date
    where referrals.record = 'referral'
    group by closures.family_id, closures.closure_date

),

final as (

    select
        closures.family_id,
        closures.closure_date,
        closures.service_id,
        closures.evidence_named,
        returns.return_date is not null as has_returned,
        cast(last_day(cast({{ year_end('closures.closure_date', 3) }} + interval '12 months' as date)) as date) as period_end
    from closures
    left join returns
        on
            closures.family_id = returns.family_id
            and closures.closure_date = returns.closure_date

)

select * from final

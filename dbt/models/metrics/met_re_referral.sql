-- Grain: one metric, year to 31 March, unit and breakdown value.
with referrals as (

    select * from {{ ref('int_cases__placed') }}
    where record = 'referral'

),

years as (

    select * from {{ ref('int_cases__years') }}

),

with_previous as (

    select
        child_id,
        service_id,
        start_date,
        {{ month_add('lag(start_date) over (partition by child_id order by start_date)', 12) }} >= start_date as is_re_referral
    from referrals

),

measured as (

    select
        years.period_start,
        years.period_end,
        with_previous.child_id,
        with_previous.service_id,
        case when with_previous.is_re_referral then 1 else 0 end as numerator,
        1 as denominator
    from with_previous
    inner join years on with_previous.start_date between years.period_start and years.period_end

),

{{ roll_up_periods('measured', counted='child_id') }}

select * from final

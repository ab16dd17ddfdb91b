-- Grain: one year to 31 March whose referrals, and those of the year before, are there.
with referrals as (

    select * from {{ ref('int_cases__placed') }}
    where record = 'referral'

),

run_parameters as (

    select * from {{ source('ledger', 'run_parameters') }}

),

-- A month is whole once some of it was delivered after its end.
whole_months as (

    select distinct referrals.month
    from referrals
    cross join run_parameters
    where
        {{ delivered_on('referrals.delivered_at') }} > last_day(referrals.month)
        and referrals.month <= run_parameters.month

),

years as (

    select distinct {{ year_end('month', 3) }} as period_end
    from whole_months

),

final as (

    select
        {{ month_add(month_of('years.period_end'), -11) }} as period_start,
        years.period_end
    from years
    inner join whole_months
        on
            years.period_end > whole_months.month
            and {{ month_add(month_of('years.period_end'), -23) }} <= whole_months.month
    group by years.period_end
    having count(*) = 24

)

select * from final

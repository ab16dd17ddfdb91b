-- Grain: one metric, month and product, for the organisation.
with access_accounts as (

    select * from {{ ref('stg_access_accounts') }}

),

licences as (

    select * from {{ ref('stg_licences') }}

),

-- Of two licences of a product in one month the one that began last says how many seats there are.
measured as (

    select
        access_accounts.month,
        access_accounts.product,
        access_accounts.n_seats_used as numerator,
        licences.n_seats as denominator,
        licences.n_seats as people
    from access_accounts
    inner join licences
        on
            access_accounts.product = licences.product
            and last_day(access_accounts.month) >= licences.from_date
            and access_accounts.month <= licences.to_date
    where access_accounts.n_seats_used is not null and licences.n_seats is not null
    qualify
        row_number() over (
            partition by access_accounts.product, access_accounts.month
            order by licences.from_date desc
        ) = 1

),

{{ organisation_by('measured', 'product', feeds=['access_accounts']) }}

select * from final

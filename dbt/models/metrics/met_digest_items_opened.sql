-- Grain: one metric, month and product, for the organisation.
with access_accounts as (

    select * from {{ ref('stg_access_accounts') }}
    where n_digest_opens is not null and n_subscribed > 0

),

measured as (

    select
        month,
        product,
        n_digest_opens as numerator,
        n_subscribed as denominator,
        n_subscribed as people
    from access_accounts

),

{{ organisation_by('measured', 'product', feeds=['access_accounts']) }}

select * from final

-- Grain: one metric, month and product, for the organisation.
with access_accounts as (

    select * from {{ ref('stg_access_accounts') }}
    where n_with_transfers is not null and n_entitled > 0

),

measured as (

    select
        month,
        product,
        n_with_transfers as numerator,
        n_entitled as denominator,
        n_entitled as people
    from access_accounts

),

{{ organisation_by('measured', 'product', feeds=['access_accounts']) }}

select * from final

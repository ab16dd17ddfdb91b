-- Grain: one metric and month, for the organisation.
with vacancies as (

    select * from {{ ref('stg_role_profiles') }}
    where kind = 'vacancy'

),

{{ in_register_window('vacancies', 'from_date', feed='role_profiles', n_months=6) }},

advertised as (

    select
        register_month as month,
        has_requirement
    from in_window

),

{{ share_with_requirement('advertised') }}

select * from final

-- Grain: one metric and month, for the organisation.
with entries as (

    select
        from_date as entry_date,
        kind as entry_kind
    from {{ ref('stg_role_profiles') }}

),

{{ per_100_practitioners('entries', kinds=['reward']) }},

{{ organisation_only('per_100', feeds=['workforce', 'role_profiles'], coverage=ref('int_registers__month_coverage')) }}

select * from final

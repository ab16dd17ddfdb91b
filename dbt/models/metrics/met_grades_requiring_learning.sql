-- Grain: one metric and month, for the organisation.
with in_force as (

    select * from {{ ref('int_role_profiles__in_force') }}
    where kind = 'grade'

),

{{ share_with_requirement('in_force') }}

select * from final

-- Grain: one metric, year, unit and breakdown value.
with analyses as (

    select * from {{ ref('stg_court_analyses') }}

),

{{ court_share('analyses', 'n_accepted', 'n_accepted + n_criticised + n_absent') }}

select * from final

-- Grain: one metric, year, unit and breakdown value.
with analyses as (

    select * from {{ ref('stg_court_analyses') }}

),

{{ court_share('analyses', 'n_citing', 'n_statements') }}

select * from final

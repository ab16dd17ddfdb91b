-- Grain: one person and registration year in which they recorded a piece.
with cpd as (

    select * from {{ ref('stg_cpd') }}

),

-- Social Work England's year runs from 1 December to 30 November: a month later it is the calendar year.
dated as (

    select
        *,
        {{ year_end('month', 11) }} as period_end
    from cpd

),

-- The same piece entered twice is one; pieces differ by their day, kind, standard or source.
final as (

    select
        person_id,
        {{ month_add(month_of('period_end'), -11) }} as period_start,
        period_end,
        count(distinct concat_ws('|', entry_date, kind, coalesce(standard, ''), coalesce(resource_kind, ''))) as n_pieces,
        count(*) filter (where has_peer_reflection) as n_with_peer_reflection
    from dated
    group by person_id, period_end

)

select * from final

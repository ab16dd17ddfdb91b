-- Grain: one monthly metric with teams, unit and the twelve months to a month that is known.
with monthly as (

    select * from {{ ref('int_metrics__values') }}
    where period_type = 'month' and breakdown = 'all' and value_state in ('observed', 'too_few')

),

records as (

    select distinct
        metric_id,
        minimum_n
    from ({{ metric_records_sql() }})

),

with_teams as (

    select distinct metric_id
    from monthly
    where unit_level = 'team'

),

-- Someone counted in each of twelve months is twelve in the sums and one of the people: the most of any one month.
pooled as (

    select
        monthly.metric_id,
        {{ month_add('monthly.period_start', -11) }} as period_start,
        monthly.period_end,
        monthly.unit_level,
        monthly.unit_id,
        sum(monthly.numerator) over twelve_months as numerator,
        sum(monthly.denominator) over twelve_months as denominator,
        max(monthly.people) over twelve_months as people
    from monthly
    inner join with_teams on monthly.metric_id = with_teams.metric_id
    window
        twelve_months as (
            partition by monthly.metric_id, monthly.unit_level, monthly.unit_id
            order by monthly.period_start
            range between interval '11 months' preceding and current row
        )

),

final as (

    select
        pooled.metric_id,
        'twelve_months' as period_type,
        pooled.period_start,
        pooled.period_end,
        pooled.unit_level,
        pooled.unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(pooled.numerator as decimal(18, 4)) as numerator,
        cast(pooled.denominator as decimal(18, 4)) as denominator,
        pooled.people,
        case
            when pooled.denominator >= records.minimum_n then {{ ratio('pooled.numerator', 'pooled.denominator') }}
        end as value,
        case when pooled.denominator >= records.minimum_n then 'observed' else 'too_few' end as value_state
    from pooled
    inner join records on pooled.metric_id = records.metric_id

)

select * from final

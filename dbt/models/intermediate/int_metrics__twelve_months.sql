-- Grain: one monthly metric with teams, unit and the twelve months to a month, all of them known.
with monthly as (

    select * from {{ ref('int_metrics__values') }}
    where period_type = 'month' and breakdown = 'all' and value_state in ('observed', 'too_few')

),

records as (

    select distinct
        metric_id,
        time_window,
        minimum_n
    from ({{ metric_records_sql() }})

),

with_teams as (

    select distinct metric_id
    from monthly
    where unit_level = 'team'

),

-- Someone counted in each of twelve months is twelve in the sums and one of the people: the most of any one month.
-- What a metric measures over twelve months is pooled already. Fewer than twelve months are not told: the next month's
-- sum less this one's would be a single month of a team.
pooled as (

    select
        monthly.metric_id,
        {{ month_add('monthly.period_start', -11) }} as period_start,
        monthly.period_end,
        monthly.unit_level,
        monthly.unit_id,
        records.minimum_n,
        case
            when records.time_window = '12 months' then monthly.numerator
            else sum(monthly.numerator) over twelve_months
        end as numerator,
        case
            when records.time_window = '12 months' then monthly.denominator
            else sum(monthly.denominator) over twelve_months
        end as denominator,
        case
            when records.time_window = '12 months' then monthly.people
            else max(monthly.people) over twelve_months
        end as people,
        case
            when records.time_window = '12 months' then monthly.numerator_people
            else max(monthly.numerator_people) over twelve_months
        end as numerator_people,
        case
            when records.time_window = '12 months' then monthly.rest_people
            else max(monthly.rest_people) over twelve_months
        end as rest_people,
        case when records.time_window = '12 months' then 12 else count(*) over twelve_months end as n_months
    from monthly
    inner join with_teams on monthly.metric_id = with_teams.metric_id
    inner join records on monthly.metric_id = records.metric_id
    window
        twelve_months as (
            partition by monthly.metric_id, monthly.unit_level, monthly.unit_id
            order by monthly.period_start
            range between interval '11 months' preceding and current row
        )

),

final as (

    select
        metric_id,
        'twelve_months' as period_type,
        period_start,
        period_end,
        unit_level,
        unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        cast(numerator as decimal(18, 4)) as numerator,
        cast(denominator as decimal(18, 4)) as denominator,
        people,
        numerator_people,
        rest_people,
        case when denominator >= minimum_n then {{ ratio('numerator', 'denominator') }} end as value,
        case when denominator >= minimum_n then 'observed' else 'too_few' end as value_state
    from pooled
    where n_months = 12

)

select * from final

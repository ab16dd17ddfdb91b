-- Grain: one rate of one area in one reporting year.
with figures as (

    select * from {{ ref('stg_published_statistics') }}

),

-- How the department defines each rate: times * numerator / (per * the sum of the denominator's measures).
-- per 253: working days in a year, inferred from the published figures. tolerance: the difference, in the rate's unit,
-- from which on a rate is listed as not reproduced. Rates are printed to one decimal and parts in FTE are rounded as
-- well, which the cover rates with their small denominators feel most; a caseload differs by less.
-- Decided by: data team. A wider tolerance lists fewer rates; 0.05 would list what rounding alone explains.
rates as (

    select
        definitions.rate,
        definitions.unit,
        definitions.numerator_measure,
        definitions.denominator_measures,
        definitions.times,
        definitions.per,
        definitions.tolerance
    from
        (
            values
            ('turnover_rate_fte', 'percent', 'leavers_fte', ['inpost_fte'], 100, 1, 0.1),
            ('turnover_rate_headcount', 'percent', 'leavers_headcount', ['inpost_headcount'], 100, 1, 0.1),
            ('agency_rate_fte', 'percent', 'agency_fte', ['agency_fte', 'inpost_fte'], 100, 1, 0.1),
            ('agency_rate_headcount', 'percent', 'agency_headcount', ['agency_headcount', 'inpost_headcount'], 100, 1, 0.1),
            ('vacancy_rate_fte', 'percent', 'vacancy_fte', ['vacancy_fte', 'inpost_fte'], 100, 1, 0.1),
            ('agency_cover_rate_fte', 'percent', 'agency_cover_fte', ['agency_fte'], 100, 1, 0.15),
            ('vacancy_agency_cover_rate_fte', 'percent', 'agency_cover_fte', ['vacancy_fte'], 100, 1, 0.15),
            ('caseload_fte', 'cases per worker', 'cases', ['case_holders_fte'], 1, 1, 0.06),
            ('absence_rate_fte', 'percent', 'working_days_lost_fte', ['inpost_fte'], 100, 253, 0.1),
            ('rereferral_rate', 'percent', 'rereferrals', ['referrals'], 100, 1, 0.1),
            ('rereferral_child_rate', 'percent', 'rereferred_children', ['referred_children'], 100, 1, 0.1)
        ) as definitions (rate, unit, numerator_measure, denominator_measures, times, per, tolerance)

),

parts as (

    select
        rate,
        'numerator' as part,
        numerator_measure as measure
    from rates

    union all

    select
        rate,
        'denominator' as part,
        unnest(denominator_measures) as measure
    from rates

),

published_rates as (

    select
        figures.period_end,
        figures.geographic_level,
        figures.area_code,
        figures.area_name,
        figures.value as published_value,
        figures.symbol as published_symbol,
        rates.rate,
        rates.unit,
        rates.times,
        rates.per,
        cast(rates.tolerance as decimal(18, 4)) as tolerance
    from figures
    inner join rates on figures.measure = rates.rate

),

-- A sum with a part that is not known is not known.
published_parts as (

    select
        published_rates.period_end,
        published_rates.area_code,
        published_rates.rate,
        max(figures.value) filter (where parts.part = 'numerator') as numerator,
        case
            when bool_and(figures.value is not null) filter (where parts.part = 'denominator')
                then cast(sum(figures.value) filter (where parts.part = 'denominator') as decimal(18, 4))
        end as denominator,
        string_agg(distinct figures.symbol, ' ' order by figures.symbol) as part_symbols
    from published_rates
    inner join parts on published_rates.rate = parts.rate
    left join figures
        on
            published_rates.period_end = figures.period_end
            and published_rates.area_code = figures.area_code
            and parts.measure = figures.measure
    group by published_rates.period_end, published_rates.area_code, published_rates.rate

),

compared as (

    select
        published_rates.*,
        published_parts.numerator,
        published_parts.denominator,
        published_parts.part_symbols,
        case
            when published_rates.published_symbol is not null then 'rate_is_symbol'
            when published_parts.part_symbols is not null then 'part_is_symbol'
            when published_rates.published_value is null or published_parts.numerator is null or published_parts.denominator is null
                then 'not_given'
            when published_parts.denominator = 0 then 'denominator_is_zero'
        end as why_not_compared
    from published_rates
    inner join published_parts
        on
            published_rates.period_end = published_parts.period_end
            and published_rates.area_code = published_parts.area_code
            and published_rates.rate = published_parts.rate

),

-- Within the tolerance is decided on decimals, without a division.
final as (

    select
        cast(period_end + interval '1 day' - interval '1 year' as date) as period_start,
        period_end,
        geographic_level,
        area_code,
        area_name,
        rate,
        unit,
        numerator,
        denominator,
        published_value,
        coalesce(published_symbol, part_symbols) as symbol,
        {{ ratio('times * numerator', 'per * denominator') }} as recomputed_value,
        case
            when why_not_compared is null
                then {{ ratio('times * numerator - published_value * per * denominator', 'per * denominator') }}
        end as difference,
        tolerance,
        case
            when why_not_compared is null
                then abs(times * numerator - published_value * per * denominator) < tolerance * per * denominator
        end as is_within_tolerance,
        why_not_compared
    from compared

)

select * from final

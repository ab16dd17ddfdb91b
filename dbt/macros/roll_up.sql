{#
    The end of every met_ model. Each macro writes common table expressions, the last of them `final`, with the 15
    common columns.

    feeds: a month's value is known only where every one of these covers it (and the months before it in the window);
    otherwise the value's state is the worst of theirs.
#}

{#
    From rows about people or events to organisation, service and team, and to organisation and service by each
    breakdown of the record.

    rows: name of an expression with month, person_id, service_id, team_id, the breakdowns, numerator and denominator.
    agency_apart: agency staff (is_agency) are left out everywhere except under employment_type, where they stand beside
    the employed.
    in_total: for a breakdown, the condition of the rows that are in the total; under that breakdown the others stand
    beside them.
    coverage: an expression with feed, month and severity, where a feed's own is not enough to go by.
#}
{% macro roll_up(rows, feeds, window_months=1, agency_apart=true, in_total={}, coverage=none) -%}
{%- set in_total = dict({'employment_type': 'not is_agency'} if agency_apart else {}, **in_total) -%}
{%- set unit_ids = {'organisation': "'all'", 'service': 'service_id', 'team': 'team_id'} -%}
spine as (

    select * from {{ ref('int_staff__months') }}

),

{{ measured_units(rows, unit_ids, ['month'], 'person_id', in_total) }},

-- A unit with staff but nobody to measure has a row too, so that nothing is missing without a word.
staffed_units as (
    {%- for unit_level, unit_id in unit_ids.items() %}

    select distinct
        month,
        '{{ unit_level }}' as unit_level,
        {{ unit_id }} as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        0 as numerator,
        0 as denominator,
        0 as people,
        0 as numerator_people,
        0 as rest_people
    from spine
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

),

units as (

    select * from measured_units
    union all
    select * from staffed_units

),

{{ with_value_state('units', feeds, window_months, coverage) }}
{%- endmacro %}

{#
    For a metric of waves, rounds or years: the record's cadence. Periods are known where they have rows; no feed is
    awaited for one, so its state is observed or too_few.

    rows: name of an expression with period_start, period_end, service_id (null counts for the organisation only), the
    breakdowns, numerator, denominator and the column `counted`, whose distinct number is the value's people. in_total: as
    of roll_up.
#}
{% macro roll_up_periods(rows, counted='person_id', in_total={}) -%}
{%- set unit_ids = {'organisation': "'all'", 'service': 'service_id'} -%}
{{ measured_units(rows, unit_ids, ['period_start', 'period_end'], counted, in_total) }},

{{ with_period_state('measured_units') }}
{%- endmacro %}

{#
    Adds the state and the value to the units of waves, rounds or years. A denominator of null is not known, for the
    reason `unknown`.
#}
{% macro with_period_state(units, unknown='not_collected') -%}
{%- set record = metric_record() -%}
final as (

    select
        '{{ record["metric_id"] }}' as metric_id,
        '{{ record["cadence"] }}' as period_type,
        period_start,
        period_end,
        unit_level,
        unit_id,
        breakdown,
        breakdown_value,
        cast(case when denominator is not null then numerator end as decimal(18, 4)) as numerator,
        cast(denominator as decimal(18, 4)) as denominator,
        cast(case when denominator is not null then people end as bigint) as people,
        cast(numerator_people as bigint) as numerator_people,
        cast(rest_people as bigint) as rest_people,
        case
            when denominator >= {{ record['minimum_n'] }} then {{ ratio('numerator', 'denominator') }}
        end as value,
        case
            when denominator is null then '{{ unknown }}'
            when denominator >= {{ record['minimum_n'] }} then 'observed'
            else 'too_few'
        end as value_state
    from {{ units }}

)
{%- endmacro %}

{#
    For a metric that exists for the organisation only and reads no person, so that nobody knows who is behind its
    numerator.
    rows: name of an expression with month, numerator, denominator and people, one row a month.
    coverage: name of an expression with feed, month and severity, where a feed's own is not enough to go by.
#}
{% macro organisation_only(rows, feeds, window_months=1, coverage=none) -%}
units as (

    select
        month,
        'organisation' as unit_level,
        'all' as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        numerator,
        denominator,
        people,
        cast(null as bigint) as numerator_people,
        cast(null as bigint) as rest_people
    from {{ rows }}

),

{{ with_value_state('units', feeds, window_months, coverage) }}
{%- endmacro %}

{#
    Adds the state and the value, for the months up to the month reported, and a row for the organisation in every month
    from the first with a unit.
#}
{% macro with_value_state(units, feeds, window_months, coverage=none) -%}
{%- set record = metric_record() -%}
coverage as (

    select * from {{ coverage or ref('int_feeds__month_coverage') }} where feed in ('{{ feeds | join("', '") }}')

),

-- A month of the window that lies before anything was delivered has no row in coverage: not collected (severity 1).
month_states as (

    select
        months.month,
        case
            when count(*) < {{ (feeds | length) * window_months }} then greatest(max(in_window.severity), 1)
            else max(in_window.severity)
        end as severity
    from (select distinct month from coverage) as months
    inner join coverage as in_window
        on
            in_window.month <= months.month
            and in_window.month > {{ month_add('months.month', -window_months) }}
    group by months.month

),

reported_months as (

    select
        month,
        'organisation' as unit_level,
        'all' as unit_id,
        'all' as breakdown,
        'all' as breakdown_value,
        0 as numerator,
        0 as denominator,
        0 as people,
        cast(null as bigint) as numerator_people,
        cast(null as bigint) as rest_people
    from month_states
    where month >= (select min(month) from {{ units }})

),

every_unit as (

    select * from {{ units }}
    union all
    select * from reported_months

),

totals as (

    select
        month,
        unit_level,
        unit_id,
        breakdown,
        breakdown_value,
        cast(sum(numerator) as decimal(18, 4)) as numerator,
        cast(sum(denominator) as decimal(18, 4)) as denominator,
        cast(sum(people) as bigint) as people,
        cast(sum(numerator_people) as bigint) as numerator_people,
        cast(sum(rest_people) as bigint) as rest_people
    from every_unit
    group by month, unit_level, unit_id, breakdown, breakdown_value

),

states as (

    select
        totals.*,
        case
            when month_states.severity = 3 then 'feed_stale'
            when month_states.severity = 2 then 'not_due'
            when month_states.severity = 1 then 'not_collected'
            when totals.denominator < {{ record['minimum_n'] }} then 'too_few'
            else 'observed'
        end as value_state
    from totals
    inner join month_states on totals.month = month_states.month

),

final as (

    select
        '{{ record["metric_id"] }}' as metric_id,
        'month' as period_type,
        month as period_start,
        last_day(month) as period_end,
        unit_level,
        unit_id,
        breakdown,
        breakdown_value,
        case when value_state in ('observed', 'too_few') then numerator end as numerator,
        case when value_state in ('observed', 'too_few') then denominator end as denominator,
        case when value_state in ('observed', 'too_few') then people end as people,
        case when value_state in ('observed', 'too_few') then numerator_people end as numerator_people,
        case when value_state in ('observed', 'too_few') then rest_people end as rest_people,
        case when value_state = 'observed' then {{ ratio('numerator', 'denominator') }} end as value,
        value_state
    from states

)
{%- endmacro %}

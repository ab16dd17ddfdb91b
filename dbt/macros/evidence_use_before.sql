{#
    How people used evidence in the twelve months before each was asked about, that month left out: regular, some, none,
    or not_known.

    askings: name of an expression with month, person_id and `id`; person and id name one asking. It stands on the
    expression staff_months (int_staff__months). Writes several expressions, the last of them `used_before` with `id`,
    person_id, n_months and evidence_use.
#}
{% macro evidence_use_before(askings, id, join_switch) -%}
regular_use as (

    select * from {{ ref('int_staff__regular_use') }}

),

evidence_use as (

    select * from {{ ref('fct_evidence_use_month') }}

),

joins as (

    select * from {{ source('ledger', 'joins') }}

),

-- Without a current assessment, or where it does not switch this join on, no use is joined to anything.
covered_months as (

    select
        coverage.month,
        count(*) over (
            order by coverage.month range between interval '2 months' preceding and current row
        ) = 3 as has_whole_window
    from {{ ref('int_feeds__month_coverage') }} as coverage
    inner join joins on joins.name = '{{ join_switch }}' and joins.is_on
    where coverage.feed = 'resource_usage' and coverage.severity = 0

),

-- Time away is never non-use: a month counts only where the person was there and use was collected.
year_before as (

    select
        {{ askings }}.{{ id }},
        {{ askings }}.person_id,
        coalesce(evidence_use.n_days_any, 0) as n_days,
        case when covered_months.has_whole_window then regular_use.is_regular end as is_regular
    from {{ askings }}
    inner join staff_months
        on
            {{ askings }}.person_id = staff_months.person_id
            and {{ month_add(askings ~ '.month', -12) }} <= staff_months.month
            and {{ askings }}.month > staff_months.month
            and staff_months.available_days > 0
    inner join covered_months on staff_months.month = covered_months.month
    left join regular_use
        on
            staff_months.person_id = regular_use.person_id
            and staff_months.month = regular_use.month
    left join evidence_use
        on
            staff_months.person_id = evidence_use.person_id
            and staff_months.month = evidence_use.month

),

counted as (

    select
        {{ id }},
        person_id,
        count(*) as n_months,
        sum(n_days) as n_days,
        count(is_regular) as n_months_eligible,
        sum(is_regular) as n_months_regular
    from year_before
    group by {{ id }}, person_id

),

used_before as (

    select
        {{ askings }}.{{ id }},
        {{ askings }}.person_id,
        coalesce(counted.n_months, 0) as n_months,
        case
            when counted.n_months is null then 'not_known'
            when
                counted.n_months_eligible > 0
                and counted.n_months_regular >= {{ var('progression_regular_share') }} * counted.n_months_eligible
                then 'regular'
            when counted.n_days > 0 then 'some'
            else 'none'
        end as evidence_use
    from {{ askings }}
    left join counted
        on
            {{ askings }}.{{ id }} = counted.{{ id }}
            and {{ askings }}.person_id = counted.person_id

)
{%- endmacro %}

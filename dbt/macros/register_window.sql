{#
    The rows of a register that lie in the months up to each month in which the register is kept.

    rows: name of an expression. day: its column with the day. feed: the register. n_months: how long the window is; its
    first day is the one after the month's end so many months before. Writes two expressions, the last of them
    `in_window`, each row with its `register_month`.
#}
{% macro in_register_window(rows, day, feed, n_months) -%}
register_months as (

    select month as register_month from {{ ref('int_registers__month_coverage') }}
    where feed = '{{ feed }}' and severity = 0

),

in_window as (

    select *
    from register_months
    inner join {{ rows }}
        on
            {{ rows }}.{{ day }} <= last_day(register_months.register_month)
            and {{ rows }}.{{ day }} > last_day({{ month_add('register_months.register_month', -n_months) }})

)
{%- endmacro %}

{#
    Entries of a register in the twelve months to each month's end, for each 100 eligible practitioners then in post.

    entries: name of an expression with entry_date and entry_kind. kinds: those that are told, with nought where there is no
    entry. Writes several expressions, the last of them `per_100` with month, entry_kind, numerator, denominator, people.
#}
{% macro per_100_practitioners(entries, kinds) -%}
practitioners as (

    select
        month,
        count(*) as n_practitioners
    from {{ ref('int_staff__months') }}
    where not is_agency and {{ is_eligible('available_days', 'contracted_days') }}
    group by month

),

kinds as (

    select unnest(['{{ kinds | join("', '") }}']) as entry_kind

),

per_100 as (

    select
        practitioners.month,
        kinds.entry_kind,
        count({{ entries }}.entry_date) as numerator,
        practitioners.n_practitioners / 100 as denominator,
        practitioners.n_practitioners as people
    from practitioners
    cross join kinds
    left join {{ entries }}
        on
            kinds.entry_kind = {{ entries }}.entry_kind
            and {{ entries }}.entry_date <= last_day(practitioners.month)
            and {{ entries }}.entry_date > last_day({{ month_add('practitioners.month', -12) }})
    group by practitioners.month, practitioners.n_practitioners, kinds.entry_kind

)
{%- endmacro %}

{#
    The share of role profiles, grades or vacancies that ask for use of evidence or for learning, to the end of a model.

    entries: name of an expression with month and has_requirement. No people are behind what is counted.
#}
{% macro share_with_requirement(entries) -%}
measured as (

    select
        month,
        count(*) filter (where has_requirement) as numerator,
        count(*) as denominator,
        0 as people
    from {{ entries }}
    group by month

),

{{ organisation_only('measured', feeds=['role_profiles'], coverage=ref('int_registers__month_coverage')) }}
{%- endmacro %}

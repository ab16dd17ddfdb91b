-- Grain: one metric, month, unit and breakdown value.
{% set kinds = ['research', 'case_law', 'legislation', 'legal_guide', 'practice_guidance'] %}
with staff_months as (

    select * from {{ ref('int_staff__months') }}

),

qualifying_events as (

    select * from {{ ref('int_evidence__qualifying_events') }}

),

touched as (

    select
        month,
        person_id,
        list(distinct evidence_kind) as kinds
    from qualifying_events
    group by month, person_id

),

eligible as (

    select
        staff_months.*,
        coalesce(touched.kinds, []) as kinds
    from staff_months
    left join touched
        on
            staff_months.month = touched.month
            and staff_months.person_id = touched.person_id
    where {{ is_eligible('staff_months.available_days', 'staff_months.contracted_days') }}

),

measured as (

    select
        *,
        cast(null as varchar) as kind_touched,
        cast(len(kinds) > 0 as integer) as numerator,
        1 as denominator
    from eligible
    {%- for kind in kinds %}

        union all

        select
            *,
            '{{ kind }}' as kind_touched,
            cast(list_contains(kinds, '{{ kind }}') as integer) as numerator,
            1 as denominator
        from eligible
    {%- endfor %}

),

{{ roll_up('measured', feeds=['workforce', 'resource_usage'], in_total={'kind_touched': 'kind_touched is null'}) }}

select * from final

-- Grain: one metric, month, unit and breakdown value.
with regular_use as (

    select * from {{ ref('int_staff__regular_use') }}

),

classified_reports as (

    select * from {{ ref('int_manager__classified_reports') }}

),

-- Only where the manager said so of the person: a count says nothing about who.
measured as (

    select
        regular_use.*,
        classified_reports.manager_person_id,
        case when regular_use.is_regular <> classified_reports.is_regular then 1 else 0 end as numerator,
        1 as denominator
    from regular_use
    inner join classified_reports
        on
            regular_use.month = classified_reports.month
            and regular_use.person_id = classified_reports.person_id
    where classified_reports.is_named

),

{{ roll_up(
    'measured',
    feeds=['workforce', 'regular_use', 'manager_classification_reports'],
    coverage=ref('int_manager__month_coverage'),
) }}

select * from final

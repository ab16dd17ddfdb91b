-- Grain: one month in which managers named direct reports whose recorded use is known.
with regular_use as (

    select * from {{ ref('int_staff__regular_use') }}

),

classified_reports as (

    select * from {{ ref('int_manager__classified_reports') }}

),

coverage as (

    select * from {{ ref('int_manager__month_coverage') }}

),

known_months as (

    select month
    from coverage
    where feed in ('workforce', 'regular_use', 'manager_classification_reports')
    group by month
    having count(*) = 3 and max(severity) = 0

),

-- The same people as in the metric of disagreement: a count of a manager's says nothing about who, agency staff stand
-- apart.
classified_twice as (

    select
        regular_use.month,
        classified_reports.is_regular = 1 as is_regular_to_manager,
        regular_use.is_regular = 1 as is_regular_by_record
    from regular_use
    inner join known_months on regular_use.month = known_months.month
    inner join classified_reports
        on
            regular_use.month = classified_reports.month
            and regular_use.person_id = classified_reports.person_id
    where classified_reports.is_named and not regular_use.is_agency

),

final as (

    select
        month,
        count(*) filter (where is_regular_to_manager and is_regular_by_record) as n_both,
        count(*) filter (where is_regular_to_manager and not is_regular_by_record) as n_manager_only,
        count(*) filter (where not is_regular_to_manager and is_regular_by_record) as n_record_only,
        count(*) filter (where not is_regular_to_manager and not is_regular_by_record) as n_neither
    from classified_twice
    group by month

)

select * from final

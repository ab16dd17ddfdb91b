-- Grain: one direct report available at a month's end whose manager's return counts.
with direct_reports as (

    select * from {{ ref('int_manager__direct_reports') }}

),

manager_counts as (

    select * from {{ ref('stg_manager_classification') }}

),

manager_reports as (

    select * from {{ ref('stg_manager_classification_reports') }}

),

feeds as (

    select * from {{ source('ledger', 'feeds') }}

),

-- What is said about named people is read only while the feed is on.
named as (

    select
        direct_reports.*,
        case when manager_reports.is_regular then 1 else 0 end as is_regular,
        true as is_named
    from direct_reports
    inner join manager_reports
        on
            direct_reports.month = manager_reports.month
            and direct_reports.manager_person_id = manager_reports.manager_person_id
            and direct_reports.person_id = manager_reports.person_id
    inner join feeds on feeds.feed = 'manager_classification_reports' and feeds.is_on

),

-- A count says nothing about who: the first of the numbered reports stand for it. One that is higher than the number of
-- direct reports cannot be right and is left out.
counted as (

    select
        direct_reports.*,
        case when direct_reports.report_number <= manager_counts.n_regular then 1 else 0 end as is_regular,
        false as is_named
    from direct_reports
    inner join manager_counts
        on
            direct_reports.month = manager_counts.month
            and direct_reports.manager_person_id = manager_counts.manager_person_id
            and direct_reports.n_reports >= manager_counts.n_regular
    where
        (direct_reports.month, direct_reports.manager_person_id) not in (
            select
                named.month,
                named.manager_person_id
            from named
        )

),

returned as (

    select * from named
    union all
    select * from counted

),

final as (

    select
        month,
        person_id,
        manager_person_id,
        service_id,
        team_id,
        is_regular,
        is_named
    from returned

)

select * from final

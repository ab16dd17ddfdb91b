-- Grain: one metric, month and role in a project, for the organisation.
with projects as (

    select * from {{ ref('stg_research_activity') }}
    where kind in ('project_host', 'project_co_applicant', 'project_recruiter', 'project_participant')

),

{{ in_register_window('projects', 'activity_date', feed='research_activity', n_months=24) }},

-- No people are behind a project.
measured as (

    select
        register_month as month,
        kind as project_role,
        count(cost) as numerator,
        count(*) as denominator,
        0 as people
    from in_window
    group by register_month, kind

),

{{ organisation_by(
    'measured',
    'project_role',
    feeds=['research_activity'],
    coverage=ref('int_registers__month_coverage'),
) }}

select * from final

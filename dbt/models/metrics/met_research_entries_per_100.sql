-- Grain: one metric, month and kind of entry, for the organisation.
{% set kinds = [
    'network_membership', 'event_attended', 'question', 'project_participant',
    'project_recruiter', 'teaching', 'local_product', 'fellowship_application',
    'project_host', 'project_co_applicant', 'fellowship_award', 'publication',
    'partnership', 'outside_enquiry', 'finding'
] %}
with entries as (

    select
        activity_date as entry_date,
        kind as entry_kind
    from {{ ref('stg_research_activity') }}

),

{{ per_100_practitioners('entries', kinds=kinds) }},

{{ organisation_by(
    'per_100',
    'entry_kind',
    feeds=['workforce', 'research_activity'],
    coverage=ref('int_registers__month_coverage'),
    shared_denominator=true,
) }}

select * from final

{#
    The staff months of those to whom anybody reports in the month, as the expressions `managers` and `manager_posts`.

    staff_months: name of an expression with the columns of int_staff__months.
#}
{% macro manager_posts(staff_months) -%}
managers as (

    select distinct
        month,
        manager_person_id
    from {{ staff_months }}
    where manager_person_id <> person_id

),

manager_posts as (

    select {{ staff_months }}.*
    from {{ staff_months }}
    inner join managers
        on
            {{ staff_months }}.month = managers.month
            and {{ staff_months }}.person_id = managers.manager_person_id

)
{%- endmacro %}

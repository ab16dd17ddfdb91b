-- Grain: one month in which the numbers of children seem to be new.
with referrals as (

    select * from {{ ref('int_cases__placed') }}
    where record = 'referral'

),

children as (

    select distinct
        month,
        child_id
    from referrals

),

seen_before as (

    select
        children.month,
        children.child_id,
        count(earlier.child_id) > 0 as is_seen
    from children
    left join children as earlier
        on
            children.child_id = earlier.child_id
            and children.month > earlier.month
            and {{ month_add('children.month', -12) }} <= earlier.month
    group by children.month, children.child_id

),

months as (

    select
        month,
        count(*) as n_children,
        count(*) filter (where is_seen) as n_seen
    from seen_before
    group by month

),

expected as (

    select
        month,
        n_seen,
        n_children * {{ ratio('sum(n_seen) over year_before', 'sum(n_children) over year_before') }} as n_expected
    from months
    window
        year_before as (
            order by month range between interval '12 months' preceding and interval '1 month' preceding
        )

),

-- Where twelve are expected, three or fewer come by chance once in four hundred months.
new_numbers as (

    select
        month,
        coalesce(n_expected >= 12 and n_seen <= n_expected / 4, false) as is_new
    from expected

),

-- The months after are low too, until the new numbers have a history; the first of them is the break.
final as (

    select
        'numbers' as source_kind,
        'children' as source,
        month
    from new_numbers
    qualify is_new and lag(is_new, 1, false) over (order by month) is false

)

select * from final

"""How good the data behind every figure are: the facts of each feed's month, from the warehouse, rated.

Belongs here: the SQL that gathers the facts of all feeds, metrics.fct_data_quality, and the grade of each figure.
Does not belong here: the limits (statistics/data_quality.py), who is chased for what (chase.py), words of pages.
"""

import datetime
from collections.abc import Iterator, Mapping

import duckdb

from dagster_project.exports.contract import Contract
from dagster_project.metric_records import MetricRecord
from dagster_project.settings import Settings
from dagster_project.statistics.data_quality import FeedMonth, Rating, rate, worst

FigureKey = tuple[str, str, datetime.date]

NOTHING_AGAINST = Rating("good", ())

# A sender that config.yml does not name is expected once it has sent; where config.yml names a feed's senders, only
# they are, from their first month on, and from the feed's first where they never sent; an old system until the new one
# counts. What is sent occasionally has
# nobody to wait for unless config.yml names somebody.
# A month left out counts against feeds only that were sent in most months: returns by the quarter leave out none.
# A file no longer counts once a later one of its sender for the same months holds as many rows that were there before.
FACTS = """
with run as (
    select month as run_month from ledger.run_parameters
),
named_senders as (
    select unnest($feeds::varchar[]) as feed, unnest($senders::varchar[]) as sender
),
sent as materialized (
    select distinct feed, sender, month from ledger.sender_months, run where is_current and month <= run_month
),
first_sent as (
    select feed, sender, min(month) as first_month from sent group by feed, sender
),
spans as (
    select
        feed,
        min(month) as first_month,
        max(month) as last_month,
        2 * count(distinct month) > date_diff('month', min(month), max(month)) + 1 as is_sent_in_most_months
    from sent
    group by feed
),
expected as (
    select named.feed, named.sender, coalesce(first_sent.first_month, spans.first_month) as first_month
    from named_senders as named
    join spans using (feed)
    left join first_sent using (feed, sender)
    union all
    select feed, sender, first_month
    from first_sent
    join ledger.feeds using (feed)
    where due_days is not null and feed not in (select feed from named_senders)
),
sent_months as (
    select distinct feed, month from sent
),
feed_months as (
    select
        feeds.feed,
        cast(calendar.month as date) as month,
        case
            when sent_months.month is not null then 'fresh'
            when coverage.severity = 3 then 'stale'
            when coverage.severity = 2 then 'not_due'
            when calendar.month < spans.last_month and spans.is_sent_in_most_months and feeds.due_days is not null
                then 'left_out'
        end as freshness
    from ledger.feeds
    join spans using (feed)
    cross join run
    cross join lateral (
        select unnest(generate_series(spans.first_month, run.run_month, interval 1 month)) as month
    ) as calendar
    left join sent_months on feeds.feed = sent_months.feed and calendar.month = sent_months.month
    left join intermediate.int_feeds__month_coverage as coverage
        on feeds.feed = coverage.feed and calendar.month = coverage.month
    where feeds.is_on
),
coverage as (
    select feed_months.feed, feed_months.month, count(sent.sender) / count(*) as coverage
    from feed_months
    join expected on feed_months.feed = expected.feed and feed_months.month >= expected.first_month
    left join sent
        on expected.feed = sent.feed and expected.sender = sent.sender and feed_months.month = sent.month
    left join ledger.system_changes as change
        on expected.feed = change.feed and expected.sender = change.old_sender
    where feed_months.freshness = 'fresh' and (change.first_month is null or feed_months.month < change.first_month)
    group by feed_months.feed, feed_months.month
),
loaded as (
    select d.*, d.n_accepted - coalesce(kept.n_rows, 0) + coalesce(replaced.n_rows, 0) as n_seen_before
    from ledger.deliveries as d
    left join ({kept_rows}) as kept using (feed, file_hash)
    left join ({replaced_rows}) as replaced using (feed, file_hash)
    where d.status = 'loaded'
),
standing as (
    select *
    from loaded as d
    where not exists (
        select 1
        from loaded as later
        where later.feed = d.feed and later.sender = d.sender
            and later.first_month = d.first_month and later.last_month = d.last_month
            and later.delivered_at > d.delivered_at and later.n_seen_before >= d.n_accepted
    )
),
rejected as (
    select feed_months.feed, feed_months.month, sum(n_rejected) / nullif(sum(n_read), 0) as rejected
    from feed_months
    join standing
        on feed_months.feed = standing.feed
        and feed_months.month between standing.first_month and standing.last_month
    group by feed_months.feed, feed_months.month
),
staff_months as ({staff_months}),
unmatched as ({unmatched})
select
    feed_months.feed, feed_months.month, feed_months.freshness, coverage.coverage, rejected.rejected,
    unmatched.unmatched
from feed_months
left join coverage using (feed, month)
left join rejected using (feed, month)
left join unmatched using (feed, month)
where feed_months.freshness is not null
order by feed_months.feed, feed_months.month
"""

TABLE = """
create or replace table metrics.fct_data_quality (
    feed varchar, month date, coverage double, freshness varchar, rejected_share double, unmatched_share double,
    grade varchar, reasons varchar[]
)
"""


def write_data_quality(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], settings: Settings
) -> None:
    """Replace metrics.fct_data_quality: one row a feed and month, up to the run's, of which there is something to rate.

    No row for feeds that are off or were never sent, nor for months before a feed's first, or in which an occasional
    feed was not sent. Shares are 0 to 1, as FeedMonth tells them; a grade of "good" has no reasons.
    """
    senders = [(feed, sender) for feed, names in settings.senders.items() for sender in names]
    rows = connection.execute(
        _facts_sql(contracts),
        {"feeds": [feed for feed, _ in senders], "senders": [sender for _, sender in senders]},
    ).fetchall()
    rated = []
    for feed, month, freshness, coverage, rejected, unmatched in rows:
        rating = rate(FeedMonth(contracts[feed].title, freshness, coverage, rejected, unmatched))
        rated.append((feed, month, coverage, freshness, rejected, unmatched, rating.grade, list(rating.reasons)))
    connection.execute("begin")
    connection.execute(TABLE)
    if rated:
        connection.execute(
            "insert into metrics.fct_data_quality select unnest(?::varchar[]), unnest(?::date[]), unnest(?::double[]), "
            "unnest(?::varchar[]), unnest(?::double[]), unnest(?::double[]), unnest(?::varchar[]), "
            "unnest(?::varchar[][])",
            [list(column) for column in zip(*rated, strict=True)],
        )
    connection.execute("commit")


def grades(
    connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract], records: Mapping[str, MetricRecord]
) -> dict[FigureKey, Rating]:
    """The rating of every figure that is known, by metric, period type and the month its period ends in.

    The worst of the record's sources over all months of the period and of the window before it. Of two sources of one
    domain that hold the same (managers return counts or names) the one that was sent is enough. Nothing speaks against
    a register in which nothing was entered in those months. The warehouse and the read copy both have what is needed.
    """
    rated = {
        (feed, month): (freshness, Rating(grade, tuple(reasons)))
        for feed, month, freshness, grade, reasons in connection.execute(
            "select feed, month, freshness, grade, reasons from metrics.fct_data_quality"
        ).fetchall()
    }
    periods = connection.execute(
        "select metric_id, period_type, min(period_start), max(period_end) from metrics.fct_metric_values "
        "where value_state in ('observed', 'too_few') "
        "group by metric_id, period_type, date_trunc('month', period_end) order by all"
    ).fetchall()
    found: dict[FigureKey, Rating] = {}
    for metric_id, period_type, start, end in periods:
        record = records[metric_id]
        ratings: list[Rating] = []
        for month in _months(start, end, _months_before(record, period_type)):
            of_month = {feed: rated[feed, month] for feed in record.sources if (feed, month) in rated}
            sent = {contracts[feed].domain for feed, (freshness, _) in of_month.items() if freshness == "fresh"}
            ratings += [
                rating
                for feed, (freshness, rating) in of_month.items()
                if freshness == "fresh" or contracts[feed].domain not in sent
            ]
        found[metric_id, period_type, end.replace(day=1)] = worst(ratings or [NOTHING_AGAINST])
    return found


def _facts_sql(contracts: Mapping[str, Contract]) -> str:
    feeds = list(contracts)
    spine = next(contract for contract in contracts.values() if contract.holds_month)
    return FACTS.format(
        kept_rows=_union(
            f"select '{feed}' as feed, _file_hash as file_hash, count(*) as n_rows from raw.{feed} group by all"
            for feed in feeds
        ),
        replaced_rows=_union(
            f"select '{feed}' as feed, _superseded_by as file_hash, count(*) as n_rows from raw.{feed} "
            "where _superseded_by is not null group by all"
            for feed in feeds
        ),
        staff_months=_staff_months_sql(spine),
        unmatched=_union(
            _unmatched_sql(contract)
            for contract in contracts.values()
            if contract is not spine and not contract.renumbers and _named_people(contract)
        ),
    )


def _staff_months_sql(spine: Contract) -> str:
    """Who may have rows in which month: those in the snapshot at its end, and those who were in the one before."""
    person = next(name for name in _named_people(spine) if name in spine.key)
    month = f"date_trunc('month', {spine.period})"
    return _union(
        f"select {person} as person_id, cast({value} as date) as month from raw.{spine.known_table} "
        "where _superseded_by is null"
        for value in (month, f"{month} + interval 1 month")
    )


def _unmatched_sql(contract: Contract) -> str:
    """Of each month's current rows the share that names somebody who is in no staff snapshot."""
    people = _named_people(contract)
    is_known = " and ".join(f"({name}, month) in (select person_id, month from staff_months)" for name in people)
    return (
        f"select '{contract.feed}' as feed, month, "
        f"coalesce(sum(n_rows) filter (where not ({is_known})), 0) / sum(n_rows) as unmatched from ("
        f"select {', '.join(people)}, cast(date_trunc('month', {contract.period}) as date) as month, "
        f"count(*) as n_rows from raw.{contract.known_table} where _superseded_by is null group by all) group by month"
    )


def _named_people(contract: Contract) -> list[str]:
    """The columns of people that every row fills: who else a row may name need not be staff."""
    return [column.name for column in contract.people if column.required and not column.identifier_column]


def _union(selects: Iterator[str]) -> str:
    return " union all ".join(selects)


def _months_before(record: MetricRecord, period_type: str) -> int:
    """How many months before its period a figure looks back on."""
    number, unit = record.window.split()
    is_in_period = period_type == "twelve_months" and record.window == "12 months"
    return int(number) - 1 if unit == "months" and not is_in_period else 0


def _months(start: datetime.date, end: datetime.date, n_before: int) -> list[datetime.date]:
    """The first days of the months from `n_before` before that of `start` to that of `end`."""
    first, last = start.year * 12 + start.month - 1 - n_before, end.year * 12 + end.month - 1
    return [datetime.date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]

"""How far each feed has come and how good its data are, from the read copy of the warehouse.

Belongs here: files, rows, coverage, warnings and what is still waited for, a feed at a time. Does not belong here:
metric values (read.py), names of senders: they may be those of people.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from dagster_project.reconciliation import overlaps
from dashboards.figures import FeedState, State
from dashboards.words import month_end, months_back

FEEDS_SQL = """
with newest_months as (
    select feed, max(month) as month
    from ledger.sender_months
    where is_current
    group by feed
)
select
    feeds.feed, feeds.title, feeds.is_on, feeds.due_days,
    newest_months.month,
    coalesce(sum(deliveries.n_accepted) filter (where deliveries.status = 'loaded'), 0),
    coalesce(sum(deliveries.n_rejected) filter (where deliveries.status = 'loaded'), 0),
    arg_max(deliveries.status, deliveries.delivered_at),
    count(*) filter (where deliveries.status = 'loaded'),
    count(*) filter (where deliveries.status in ('held', 'refused'))
from ledger.feeds as feeds
left join ledger.deliveries as deliveries
    on feeds.feed = deliveries.feed and deliveries.status in ('loaded', 'held', 'refused')
left join newest_months on feeds.feed = newest_months.feed
group by feeds.feed, feeds.title, feeds.is_on, feeds.due_days, newest_months.month
order by feeds.feed
"""

QUALITY_SQL = "select feed, coverage, grade, reasons from metrics.fct_data_quality where month = ?"

# Of the run that last asked each gate: one without new files asks nothing, and the warning stands.
WARNINGS_SQL = """
with last_asked as (select gate, arg_max(run_id, rowid) as run_id from ledger.verdicts group by gate)
select gate, message
from ledger.verdicts inner join last_asked using (gate, run_id)
where severity = 'warning' and not is_passed
order by all
"""


def feed_states(
    connection: duckdb.DuckDBPyConnection,
    month: datetime.date,
    as_at: datetime.date,
    chased: Sequence[Mapping[str, object]],
) -> list[FeedState]:
    """Every feed in the order of the alphabet; `chased` are the rows of the chase list."""
    quality = {row[0]: row[1:] for row in connection.execute(QUALITY_SQL, [month]).fetchall()}
    warnings = connection.execute(WARNINGS_SQL).fetchall() + overlaps(connection)
    found = []
    for row in connection.execute(FEEDS_SQL).fetchall():
        feed, title, is_on, due_days, newest_month, n_accepted, n_rejected, newest_status, n_files, n_left_out = row
        coverage, grade, reasons = quality.get(feed, (None, None, None))
        awaited = [each for each in chased if each["feed"] == feed]
        dates = [datetime.date.fromisoformat(str(each["due"])) for each in awaited if each["state"] != "overdue"]
        found.append(
            FeedState(
                feed=feed,
                title=title,
                state=_state(month, as_at, is_on, newest_month, due_days),
                is_newest_file_left_out=newest_status in ("held", "refused"),
                newest_month=newest_month,
                n_accepted=n_accepted,
                n_rejected=n_rejected,
                n_files=n_files,
                n_files_left_out=n_left_out,
                coverage=coverage,
                grade=grade,
                reasons=tuple(reasons or ()),
                warnings=tuple(message for gate, message in warnings if gate == feed),
                n_overdue=sum(each["state"] == "overdue" for each in awaited),
                n_awaited=len(dates),
                next_due=min(dates, default=None),
            )
        )
    return found


def _state(month: datetime.date, as_at: datetime.date, is_on: bool, newest_month: Any, due_days: int | None) -> State:
    if not is_on:
        return "off"
    if newest_month is None:
        return "never_received"
    if newest_month >= month or due_days is None:
        return "up_to_date"
    oldest_missing = months_back(newest_month, -1)
    return "not_due" if as_at <= month_end(oldest_missing) + datetime.timedelta(days=due_days) else "late"

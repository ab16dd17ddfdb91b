"""Who has not sent what, and how each feed stands: for the data team, never for leaders.

Belongs here: the chase list and the status of feeds. Does not belong here: sending any of it.
"""

import datetime
import json
from typing import Any

import duckdb

from dagster_project.files import write_atomically
from dagster_project.home import Home
from dagster_project.problems import SettingsProblem
from dagster_project.steps import Run
from dagster_project.warehouse import FRESHNESS, read_only

CHASE_COLUMNS = ("feed", "sender", "month", "state", "due", "what_to_do")
DELIVERY_COLUMNS = ("feed", "sender", "file_hash", "status", "first_month", "last_month", "message")


def month_end(month: datetime.date) -> datetime.date:
    return (month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)


def month_after(month: datetime.date) -> datetime.date:
    return month_end(month) + datetime.timedelta(days=1)


def span_words(first: datetime.date, last: datetime.date) -> str:
    """One month or several: `October 2026`, `August 2026 to October 2026`."""
    return f"{first:%B %Y}" if first == last else f"{first:%B %Y} to {last:%B %Y}"


def chase_rows(connection: duckdb.DuckDBPyConnection, run: Run) -> list[dict[str, object]]:
    """One row a monthly feed and sender with nothing loaded for the run's month, in alphabetical order.

    `month` is the oldest that is missing after the sender's last one, and `due` is that month's day: by the newest
    alone, a feed that has more than a month to come would never be overdue.
    """
    rows: list[dict[str, object]] = []
    for feed, contract in run.contracts.items():
        if not run.is_on(contract) or contract.due_days is None:
            continue
        sent = connection.execute(
            "select sender, max(month) filter (where is_current and month <= ?) from ledger.sender_months "
            "where feed = ? group by sender", [run.month, feed],
        ).fetchall()  # fmt: skip
        tried = connection.execute("select distinct sender from ledger.deliveries where feed = ?", [feed]).fetchall()
        seen = {row[0] for row in sent + tried}
        newest_month = dict(sent)
        has_sent = {sender for sender, month in sent if month == run.month}
        gone = connection.execute(
            "select old_sender from ledger.system_changes where feed = ? and first_month <= ?", [feed, run.month]
        ).fetchall()
        named = set(run.home.settings.senders.get(feed, []))
        expected = (seen | named) - {row[0] for row in gone} or {"nobody yet"}
        for sender in sorted(expected - has_sent):
            newest = connection.execute(
                "select status, message from ledger.deliveries where feed = ? and sender = ? "
                "order by delivered_at desc, rowid desc limit 1", [feed, sender],
            ).fetchone()  # fmt: skip
            last = newest_month.get(sender)
            missing = month_after(last) if last else run.month
            due = month_end(missing) + datetime.timedelta(days=contract.due_days)
            state = "not due yet" if run.as_at <= due else "overdue"
            advice = f"Send {contract.title.lower()} for {span_words(missing, run.month)}."
            if newest and newest[0] in ("held", "refused"):
                advice = f"The newest delivery was {newest[0]}: {newest[1]}"
            values = (feed, sender, f"{missing:%Y-%m}", state, due.isoformat(), advice)
            rows.append(dict(zip(CHASE_COLUMNS, values, strict=True)))
    return rows


def status_rows(home: Home) -> list[dict[str, Any]]:
    """One row a feed, from the read copy: deliveries, senders, rows, newest period, freshness."""
    with read_only(home.read_copy) as connection:
        result = connection.execute(
            f"""
            select
                f.feed, f.is_on,
                count(d.file_hash) as deliveries,
                count(distinct d.sender) as senders,
                coalesce(sum(d.n_accepted) filter (where d.status = 'loaded'), 0)::bigint as accepted,
                coalesce(sum(d.n_rejected), 0)::bigint as rejected,
                count(*) filter (where d.status = 'held') as held,
                count(*) filter (where d.status = 'refused') as refused,
                strftime(fresh.newest_month, '%Y-%m') as newest_period,
                fresh.freshness
            from ledger.feeds as f
            join ({FRESHNESS}) as fresh on f.feed = fresh.feed
            left join ledger.deliveries as d on f.feed = d.feed
            group by f.feed, f.is_on, fresh.newest_month, fresh.freshness
            order by f.feed
            """
        )
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def status(home: Home) -> dict[str, Any]:
    """Feeds, the last run's verdicts that did not pass, every delivery by its hash, drafts and editions."""
    with read_only(home.read_copy) as connection:
        parameters = connection.execute("from ledger.run_parameters").fetchone()
        if parameters is None:
            raise SettingsProblem(f"The warehouse of {home.root} is new and empty: run the month.")
        run_id, month, as_at = parameters
        failed = connection.execute(
            "select gate, rule, severity, n_failing, message from ledger.verdicts where run_id = ? and not is_passed "
            "order by gate, rule", [run_id],
        ).fetchall()  # fmt: skip
        delivered = connection.execute(
            "select feed, sender, file_hash, status, strftime(first_month, '%Y-%m'), strftime(last_month, '%Y-%m'), "
            "message from ledger.deliveries order by feed, delivered_at, rowid"
        ).fetchall()
    return {
        "month": f"{month:%Y-%m}",
        "as_at": str(as_at),
        "run_id": run_id,
        "feeds": status_rows(home),
        "failed_rules": [
            dict(zip(("gate", "rule", "severity", "failing", "message"), row, strict=True)) for row in failed
        ],
        "deliveries": [dict(zip(DELIVERY_COLUMNS, row, strict=True)) for row in delivered],
        "drafts": sorted(path.name for path in home.drafts.glob("[0-9]*")),
        "editions": sorted(
            path.parent.relative_to(home.published).as_posix() for path in home.published.glob("*/*/manifest.json")
        ),
    }


def write_status(home: Home) -> None:
    write_atomically(home.status, json.dumps(status(home), indent=1, default=str).encode())

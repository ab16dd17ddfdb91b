"""The daily digest to the data team: what did not arrive, what was held, what is stale, or that all is well.

Belongs here: what the digest says, from the read copy. Does not belong here: when it is sent (defs/schedules), how
(messages), what it is worked out from (chase).
"""

import datetime
from dataclasses import dataclass

import duckdb

from dagster_project import chase, failed_run
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from dagster_project.messages import addresses, hand_over
from dagster_project.steps import Run, last_complete_month
from dagster_project.warehouse import read_only

WORKING_MONTH = 35  # days after which nobody can still call a run this month's


@dataclass(frozen=True)
class Digest:
    """`troubles` are lines somebody must act on; none is all well. `waiting` are lines to know of."""

    organisation: str
    troubles: list[str]
    waiting: list[str]

    @property
    def title(self) -> str:
        n = len(self.troubles)
        state = f"{n} {'thing' if n == 1 else 'things'} to look at" if n else "all well"
        return f"Practice Metrics, {self.organisation}: {state}"

    @property
    def body(self) -> str:
        lines = [*self.troubles, *(f"Still expected in time: {line}" for line in self.waiting)]
        return "\n".join(lines or ["Everything due has arrived and passed its gates."])


def digest(home: Home, as_at: datetime.date) -> Digest:
    """What the data team should know on the day `as_at`, from the read copy as it stands."""
    if not home.read_copy.exists():
        troubles = failed_run.in_words(home) or ["Nothing has been run yet."]
        return Digest(home.settings.organisation, troubles, [])
    run = Run(home, load_contracts(), last_complete_month(as_at), as_at, "digest")
    with read_only(home.read_copy) as connection:
        chased = chase.chase_rows(connection, run)
        turned_back = _turned_back(connection, run)
    overdue = [_chase_line(row) for row in chased if row["state"] == "overdue"]
    waiting = [_chase_line(row) for row in chased if row["state"] != "overdue"]
    found = chase.status(home)
    return Digest(
        home.settings.organisation,
        [*failed_run.in_words(home), *_late_run(home, as_at), *turned_back, *_failed_rules(found), *overdue],
        waiting,
    )


def send(home: Home, message: Digest) -> int:
    """Hand the digest to every address of `notify`; how many there are. Raises NotifyProblem where one refused it."""
    to = addresses("PRACTICE_METRICS_NOTIFY", home.settings.notify)
    return hand_over("notify", to, message.title, message.body)


def _chase_line(row: dict[str, object]) -> str:
    return f"{row['feed']} from {row['sender']} for {row['month']}, due {row['due']}. {row['what_to_do']}"


def _late_run(home: Home, as_at: datetime.date) -> list[str]:
    with read_only(home.read_copy) as connection:
        (newest,) = connection.execute("select max(as_at) from ledger.run_parameters").fetchone() or (None,)
    if newest is not None and (as_at - newest).days <= WORKING_MONTH:
        return []
    return [f"The newest run was as at {newest}. Is the schedule running?"]


# A later file replaces a held one where it covers its months. Of a refused file nobody knows the months.
TURNED_BACK_SQL = """
select feed, sender, left(file_hash, 8), status, message
from ledger.deliveries as back
where
    status in ('held', 'refused') and cast(delivered_at as date) >= $since
    and (list_contains($of_many, feed) or not exists (
        select 1
        from ledger.deliveries as later
        where
            later.feed = back.feed and later.sender = back.sender
            and later.status = 'loaded' and later.delivered_at > back.delivered_at
            and (
                back.status = 'refused'
                or later.first_month <= back.first_month and later.last_month >= back.last_month
            )
    ))
order by feed, sender, delivered_at, file_hash
"""


def _turned_back(connection: duckdb.DuckDBPyConnection, run: Run) -> list[str]:
    """Each file held or refused within a working month that nothing loaded since has replaced.

    Where a contract has a scope, one folder takes the files of many and nothing says which replaces which: a file is
    told of until it is itself let in.
    """
    of_many = [feed for feed, contract in run.contracts.items() if contract.scope]
    since = run.as_at - datetime.timedelta(days=WORKING_MONTH)
    rows = connection.execute(TURNED_BACK_SQL, {"since": since, "of_many": of_many}).fetchall()
    return [
        f"{feed} from {sender}: a file ({name}) was {status}: {message}" for feed, sender, name, status, message in rows
    ]


def _failed_rules(found: dict[str, list[dict[str, object]]]) -> list[str]:
    return [
        f"{rule['rule']} did not pass: {rule['message']}"
        for rule in found["failed_rules"]
        if rule["severity"] == "critical"
    ]

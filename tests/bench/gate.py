"""The gate of the use of resources over five million staged rows, against the same rules as plain SQL.

Belongs here: that comparison. Does not belong here: what the rules mean (expectations).
"""

from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.exports.contract import load_contracts
from expectations import gate
from tests.bench.measure import Found, Spent, in_turn, measured, spent

ROWS = 5_000_000
TIMES = 3
FEED = "resource_usage"
LIMIT = (
    "The rule that keys are unique, which groups every row by seven columns; beside our own queries asked plainly, "
    "what Great Expectations adds to any gate (a quarter of a second) and its conditions summed over every row."
)

STAGED = """
create schema incoming;
create table incoming.resource_usage as
select
    'p' || substr(md5(cast(n // 250 as varchar)), 1, 20) as person_id,
    date '2026-09-01' + cast(n % 25 as integer) as usage_date,
    ['Evidence Library', 'Law Finder', 'Guidance Hub', 'Learning Bites', 'Portal'][1 + n // 25 % 5] as resource_id,
    ['research', 'case_law', 'legislation', 'policy', 'log_in'][1 + n // 25 % 5] as resource_type,
    ['read', 'print'][1 + n // 125 % 2] as mode,
    'logged' as channel,
    repeat('a1b2c3d4', 8) as _file_hash,
    n as _row_number,
    timestamp '2026-10-01' as _delivered_at,
    'bench' as _batch_id,
    'default' as _sender,
    cast(null as varchar) as _superseded_by
from range({rows}) as rows (n)
"""


def run(folder: Path) -> Found:
    path = folder / "staged.duckdb"
    with warehouse.opened(path) as connection:
        connection.execute(STAGED.format(rows=ROWS))
    imports = measured(import_gate)
    ours, bare = in_turn(lambda: measured(ask_gate, path), lambda: measured(ask_plainly, path), TIMES)
    same = measured(ask_plainly, path, True)
    (gate_s, gate_cpu), n_rules = ours.result
    (plain_s, plain_cpu), n_plain = bare.result
    (same_s, _), _ = same.result
    if n_rules != n_plain:
        raise RuntimeError(f"{n_plain} rules as plain SQL, {n_rules} in the gate")
    return {
        "rows": ROWS, "rules": n_rules, "gate_s": gate_s, "plain_s": plain_s, "over_plain": gate_s / plain_s,
        "same_queries_s": same_s, "over_same_queries": gate_s / same_s,
        "gate_cpu_s": gate_cpu, "plain_cpu_s": plain_cpu, "cpu_over_plain": gate_cpu / plain_cpu,
        "import_s": imports.seconds, "import_cpu_s": imports.cpu,
        "peak_mb": ours.peak_mb, "plain_peak_mb": bare.peak_mb,
    }  # fmt: skip


def import_gate() -> None:
    import great_expectations  # noqa: F401


def ask_gate(path: Path) -> tuple[Spent, int]:
    """What the gate takes once Great Expectations is imported, and its number of rules, all of which must pass."""
    import_gate()
    verdicts: list[gate.Verdict] = []
    rules = gate.feed_rules(load_contracts()[FEED])
    taken = spent(lambda: verdicts.extend(gate.run_gate(path, "incoming", FEED, rules)))
    if not all(verdict.is_passed for verdict in verdicts):
        raise RuntimeError("made-up rows failed the gate")
    return taken, len(verdicts)


def ask_plainly(path: Path, with_our_queries: bool = False) -> tuple[Spent, int]:
    """What the same rules take, one query each, over a connection of their own."""
    rules = gate.feed_rules(load_contracts()[FEED])
    queries = [plain_sql(rule, with_our_queries) for rule in rules]

    def ask() -> None:
        with duckdb.connect(str(path)) as connection:
            for query in queries:
                connection.execute(query).fetchall()

    return spent(ask), len(queries)


def plain_sql(rule: gate.Rule, with_our_queries: bool) -> str:
    """The rule as anybody would write it; raises KeyError for a kind of rule this feed has not had.

    `with_our_queries`: of the rules over rows, the gate's own, which compare hashes before they compare keys.
    """
    asked = rule.arguments
    table = f"incoming.{FEED}"
    if rule.expectation == "ExpectTableRowCountToBeBetween":
        return f"select count(*) from {table}"
    if rule.expectation == "ExpectColumnValuesToNotBeNull":
        return f"select count(*) from {table} where {asked['column']} is null"
    if rule.expectation == "ExpectColumnValuesToBeInSet":
        known = ", ".join(f"'{value}'" for value in asked["value_set"])
        return f"select count(*) from {table} where {asked['column']} not in ({known})"
    if rule.expectation == "ExpectColumnValuesToBeBetween":
        return f"select count(*) from {table} where {asked['column']} < date '{asked['min_value']}'"
    if rule.id == f"{FEED}_key_unique" and not with_our_queries:
        key = ", ".join([*load_contracts()[FEED].key, "_file_hash"])
        return f"select {key} from {table} group by {key} having count(*) > 1"
    return str(asked["unexpected_rows_query"]).format(batch=table)

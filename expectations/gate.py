"""A gate: rules over one table of the warehouse, run by Great Expectations inside DuckDB, as plain verdicts.

Belongs here: building the suite of a contract or of the metric values, running it, and letting go of the file.
Does not belong here: what a failed rule holds back (the path), rules of one cell beyond what the contract says.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dagster_project import warehouse
from dagster_project.exports.coerce import sql_text
from dagster_project.exports.column import SEPARATOR
from dagster_project.exports.contract import Column, Contract
from dagster_project.typed_yaml import load_typed_yaml

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.interfaces import Batch

MAX_PLACES = 5
SPANNING = "UnexpectedRowsExpectation"
WHETHER = "BOOLEAN_ONLY"
SUITES_DIR = Path(__file__).parent / "suites"
ROW_KEY = ("_file_hash", "_row_number")
METRIC_KEY = ("metric_id", "period_type", "period_start", "unit_level", "unit_id", "breakdown", "breakdown_value")


class SpanningRule(BaseModel):
    """A rule over several rows: `rows` is SQL over {batch}; every row it returns is a failure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    severity: Literal["critical", "warning"]
    message: str
    rows: str = Field(pattern=r"\{batch\}")


class SuiteFile(BaseModel):
    """expectations/suites/<name>.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    rules: list[SpanningRule]


@dataclass(frozen=True)
class Rule:
    """One expectation: its Great Expectations class by name, its arguments, and what it means to people."""

    id: str
    severity: str
    message: str
    expectation: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What one rule said. `n_failing` counts rows, or 1 for a rule about the whole table; `places` are some of them."""

    rule: str
    severity: str
    is_passed: bool
    n_failing: int
    message: str
    places: tuple[str, ...] = ()


def spanning_rules(name: str, directory: Path = SUITES_DIR) -> list[Rule]:
    """The rules of suites/<name>.yml, none where there is no such file; raises SettingsProblem naming the line."""
    path = directory / f"{name}.yml"
    if not path.exists():
        return []
    return [
        Rule(rule.id, rule.severity, rule.message, SPANNING, {"unexpected_rows_query": rule.rows})
        for rule in load_typed_yaml(path, SuiteFile).rules
    ]


def guard_rules(name: str, key: Sequence[str]) -> list[Rule]:
    """What every suite holds: without these an empty table, or a column of nothing, would pass."""
    floor = Rule(
        f"{name}_has_rows", "critical", "There are no rows.", "ExpectTableRowCountToBeBetween", {"min_value": 1}
    )
    return [floor] + [
        Rule(
            f"{name}_{column}_filled", "critical", f"{column} is a key and must be filled in every row.",
            "ExpectColumnValuesToNotBeNull", {"column": column},
        )
        for column in key
    ]  # fmt: skip


def contract_rules(contract: Contract) -> list[Rule]:
    """The column rules of a contract, as the batch must obey them, and the key it must keep within one file."""
    feed = contract.feed
    rules = guard_rules(feed, contract.key)
    for column in contract.loaded:
        if column.required and column.name not in contract.key:
            rules.append(Rule(f"{feed}_{column.name}_filled", "critical", f"{column.header} must be filled.",
                              "ExpectColumnValuesToNotBeNull", {"column": column.name}))  # fmt: skip
        if column.required_where:
            rules.append(_filled_where(contract, column))
        if column.choices:
            rules.append(_known(feed, column))
        if column.minimum is not None or column.maximum is not None:
            rules.append(Rule(f"{feed}_{column.name}_in_range", "critical", f"{column.header} is out of its range.",
                              "ExpectColumnValuesToBeBetween",
                              {"column": column.name, "min_value": column.minimum,
                               "max_value": column.maximum}))  # fmt: skip
    key = [*contract.key, "_file_hash"]
    rules.append(_unique_rule(f"{feed}_key_unique", "Two rows of one file have the same key.", key))
    return rules


def _known(feed: str, column: Column) -> Rule:
    name, message = f"{feed}_{column.name}_known", f"{column.header} holds an unknown word."
    if column.several:
        choices = ", ".join(sql_text(choice) for choice in sorted(column.choices))
        words = f"string_split({column.name}, {sql_text(SEPARATOR)})"
        rows = f"select _file_hash, _row_number from {{batch}} where not list_has_all([{choices}], {words})"
        return Rule(name, "critical", message, SPANNING, {"unexpected_rows_query": rows})
    value_set = {"column": column.name, "value_set": sorted(column.choices)}
    return Rule(name, "critical", message, "ExpectColumnValuesToBeInSet", value_set)


def _unique_rule(name: str, message: str, key: Sequence[str]) -> Rule:
    """No two rows share the key. Compared by hash first: ExpectCompoundColumnsToBeUnique takes three times as long."""
    columns = ", ".join(key)
    shared = f"select hash({columns}) from {{batch}} group by 1 having count(*) > 1"
    rows = f"select {columns} from {{batch}} where hash({columns}) in ({shared}) group by {columns} having count(*) > 1"
    return Rule(name, "critical", message, SPANNING, {"unexpected_rows_query": rows})


def _filled_where(contract: Contract, column: Column) -> Rule:
    """Rows that hold one of the choices named must fill the column too."""
    where = " or ".join(
        f"{name} in ({', '.join(sql_text(choice) for choice in choices)})"
        for name, choices in column.required_where.items()
    )
    others = " or ".join(contract.column(name).header for name in column.required_where)
    return Rule(
        f"{contract.feed}_{column.name}_filled_where", "critical",
        f"{column.header} is empty in a row whose {others} asks for it.", SPANNING,
        {"unexpected_rows_query": f"select _file_hash, _row_number from {{batch}} "
                                  f"where {column.name} is null and ({where})"},
    )  # fmt: skip


def feed_rules(contract: Contract, directory: Path = SUITES_DIR) -> list[Rule]:
    """Everything the gate of a feed asks of a staged batch."""
    return contract_rules(contract) + spanning_rules(contract.feed, directory)


def feeds_read(contract: Contract, directory: Path = SUITES_DIR) -> set[str]:
    """The other feeds whose raw rows a rule of this feed reads: they must be loaded before its gate is asked."""
    queries = [rule.arguments["unexpected_rows_query"] for rule in spanning_rules(contract.feed, directory)]
    return {feed for query in queries for feed in re.findall(r"\braw\.(\w+)", query)} - {contract.feed}


def metric_rules(directory: Path = SUITES_DIR) -> list[Rule]:
    """Everything the gate of the metric values asks."""
    unique = _unique_rule("metric_values_key_unique", "A figure is there twice.", METRIC_KEY)
    return [*guard_rules("metric_values", METRIC_KEY), unique, *spanning_rules("metric_values", directory)]


def run_gate(
    path: Path, schema: str, table: str, rules: Sequence[Rule], place: Sequence[str] = ROW_KEY
) -> list[Verdict]:
    """Run `rules` over schema.table of the file at `path`; one verdict a rule, in order. `place` says where a row is.

    Raises ValueError where there is nothing to ask, where two rules share a name (one's answer would stand for both),
    where a rule's expectation does not exist, or where Great Expectations answers fewer rules than were asked: a gate
    that asks nothing must not pass.
    """
    if not rules:
        raise ValueError(f"the gate of {schema}.{table} has no rules")
    names = [rule.id for rule in rules]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"the gate of {schema}.{table} has two rules called {', '.join(twice)}")
    import great_expectations as gx

    with _batch(gx, path, schema, table) as batch:
        answers = _answers(batch, rules, WHETHER)
        failed = [rule for rule in rules if not answers[rule.id].success and not _could_not_be_asked(answers[rule.id])]
        details = _details(batch, failed, place)
    return [_verdict(rule, answers[rule.id], details.get(rule.id), place) for rule in rules]


def _answers(batch: "Batch", rules: Sequence[Rule], form: Any) -> dict[str, Any]:
    """What Great Expectations says of each rule, by rule; raises ValueError where it says less than was asked."""
    import great_expectations as gx

    expectations = [expectation(rule, only_whether=form == WHETHER) for rule in rules]
    suite = gx.ExpectationSuite(name="rules", expectations=expectations)
    found: list[Any] = batch.validate(suite, result_format=form).results
    answers = {answer.expectation_config.meta["rule"]: answer for answer in found}
    if set(answers) != {rule.id for rule in rules}:
        raise ValueError("the gate did not answer every rule")
    return answers


def _details(batch: "Batch", failed: Sequence[Rule], place: Sequence[str]) -> dict[str, Any]:
    """How many rows break each rule and where some are. Asked apart, of what failed: every rule would take longer."""
    found: dict[str, Any] = {}
    for kind in {rule.expectation for rule in failed}:
        form = {
            "result_format": "COMPLETE" if kind == SPANNING else "SUMMARY",
            "unexpected_index_column_names": list(place), "partial_unexpected_count": MAX_PLACES,
        }  # fmt: skip
        found |= _answers(batch, [rule for rule in failed if rule.expectation == kind], form)
    return found


def expectation(rule: Rule, *, only_whether: bool = False) -> Any:
    """The rule as a Great Expectations object; raises ValueError where there is no such expectation."""
    import great_expectations as gx

    from expectations.counted_rows import CountedRows

    kind = getattr(gx.expectations, rule.expectation, None)
    if kind is None:
        raise ValueError(f"{rule.id}: there is no expectation called {rule.expectation}")
    if only_whether and rule.expectation == SPANNING:
        kind = CountedRows
    return kind(**rule.arguments, meta={"rule": rule.id})


def _could_not_be_asked(answer: Any) -> bool:
    info = answer.exception_info or {}
    return bool(info.get("raised_exception")) or any(
        isinstance(one, dict) and one.get("raised_exception") for one in info.values()
    )


def _verdict(rule: Rule, answer: Any, details: Any | None, place: Sequence[str]) -> Verdict:
    if answer.success:
        return Verdict(rule.id, rule.severity, True, 0, rule.message)
    if details is None:
        return Verdict(rule.id, rule.severity, False, 1, f"{rule.message} (the rule could not be asked)")
    found = details.result.get("unexpected_count")
    observed = details.result.get("observed_value") if rule.expectation == SPANNING else None
    n_failing = int(found if found is not None else observed if observed is not None else 1)
    return Verdict(rule.id, rule.severity, False, max(n_failing, 1), rule.message, _places(details.result, place))


def _places(result: Any, place: Sequence[str]) -> tuple[str, ...]:
    """Where some of the rows are that break a rule, as far as it can be told; never what else they hold."""
    rows = result.get("partial_unexpected_index_list") or result.get("details", {}).get("unexpected_rows", [])
    named = [", ".join(f"{n.strip('_')} {row[n]}" for n in place if row.get(n) is not None) for row in rows]
    return tuple(dict.fromkeys(filter(None, named)))[:MAX_PLACES]


@contextmanager
def _batch(gx: Any, path: Path, schema: str, table: str) -> "Iterator[Batch]":
    """The table as a batch; the warehouse file is free again after the block."""
    _fit_duckdb_to_sqlalchemy()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql("warehouse", connection_string=f"duckdb:///{path}")
    try:
        asset = source.add_table_asset(table, table_name=table, schema_name=schema)
        yield asset.add_batch_definition_whole_table("all").get_batch()
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def _fit_duckdb_to_sqlalchemy() -> None:
    """Connect as the rest of the path does, and fetch on execution.

    DuckDB opens a file again only with the same settings, and SQLAlchemy's dialect adds some of its own. Great
    Expectations closes its connection before it fetches, which DuckDB does not allow.
    """
    from duckdb_sqlalchemy import ConnectionWrapper, Dialect
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    def connect(_dialect: Any, _record: Any, _arguments: Any, parameters: Any) -> Any:
        return ConnectionWrapper(warehouse.connect(parameters["database"]))

    def buffer(conn: Any, cursor: Any, _statement: Any, _parameters: Any, context: Any, _executemany: Any) -> None:
        if conn.dialect.name == "duckdb" and cursor.description:
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=cursor.fetchall())

    if not getattr(Engine, "_fits_duckdb", False):
        event.listen(Dialect, "do_connect", connect)
        event.listen(Engine, "after_cursor_execute", buffer)
        Engine._fits_duckdb = True  # type: ignore[attr-defined]

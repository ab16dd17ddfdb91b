"""Every rule of every gate, proven: a clean batch passes all of them, and a planted fault fails that rule alone."""

from pathlib import Path

import pytest

from dagster_project.exports.contract import load_contracts
from expectations.gate import (
    METRIC_KEY,
    Rule,
    contract_rules,
    feed_rules,
    metric_rules,
    run_gate,
    spanning_rules,
)
from tests.gates.clean_rows import CLEAN, DAY, Row, workforce_month, write_batch, write_values
from tests.gates.planted import FAULTS, JUST_WITHIN, PER_FILE, Fault, first

CONTRACTS = load_contracts()
RULES: dict[str, list[Rule]] = {feed: feed_rules(contract) for feed, contract in CONTRACTS.items()} | {
    "metric_values": metric_rules()
}


def contract_faults(gate: str, rule: Rule) -> dict[str, Fault]:
    """What breaks a rule that is not in a suite file, by a word for it; a new kind of rule needs a new line here."""
    column = rule.arguments.get("column")
    match rule.expectation:
        case "ExpectColumnValuesToNotBeNull":
            return {"missing": first(**{column: None})}
        case "ExpectColumnValuesToBeInSet":
            return {"unknown": first(**{column: "no such word"})}
        case "ExpectColumnValuesToBeBetween":
            return {side: first(**{column: bound}) for side, bound in outside(gate, rule).items()}
        case "UnexpectedRowsExpectation" if rule.id == f"{gate}_key_unique":
            return {"twice": lambda rows: [*rows, rows[0]]}
        case "UnexpectedRowsExpectation" if rule.id.endswith("_known"):
            name = rule.id.removeprefix(f"{gate}_").removesuffix("_known")
            return {"unknown": first(**{name: "research; no such word"})}
        case "UnexpectedRowsExpectation":
            return {"missing": first(**{rule.id.removeprefix(f"{gate}_").removesuffix("_filled_where"): None})}
    raise AssertionError(f"{rule.id}: no fault is planted for {rule.expectation}")


def outside(gate: str, rule: Rule) -> dict[str, object]:
    """A value below the least and one above the most that the column may hold."""
    column = CONTRACTS[gate].column(rule.arguments["column"])
    found: dict[str, object] = {}
    if column.minimum is not None:
        is_date = column.type in ("date", "month")
        found["below"] = DAY.replace(year=column.minimum.year - 1) if is_date else float(column.minimum) - 1
    if column.maximum is not None:
        found["above"] = float(column.maximum) + 0.5 if column.type == "decimal" else int(column.maximum) + 1
    return found


def one_file_a_fault(gate: str) -> tuple[list[Row], dict[str, set[str]]]:
    """A batch in which every rule of the contract is broken by files of its own; these, by rule."""
    batch: list[Row] = []
    files: dict[str, set[str]] = {}
    for rule in contract_rules(CONTRACTS[gate])[1:]:
        for which, fault in contract_faults(gate, rule).items():
            name = f"{rule.id} {which}"
            batch += [row | {"_file_hash": name} for row in fault(CLEAN[gate][:2])]
            files.setdefault(rule.id, set()).add(f"file_hash {name}")
    return batch, files


def gate_of(rule: str) -> str:
    return next(gate for gate, rules in RULES.items() if rule in {asked.id for asked in rules})


def not_passed(path: Path, gate: str, rows: list[Row], asked: list[Rule] | None = None) -> set[str]:
    asked = RULES[gate] if asked is None else asked
    if gate == "metric_values":
        write_values(path, rows)
        verdicts = run_gate(path, "metrics", "fct_metric_values", asked)
    else:
        write_batch(path, CONTRACTS[gate], rows)
        verdicts = run_gate(path, "raw", f"{gate}__incoming", asked)
    assert [verdict.rule for verdict in verdicts] == [rule.id for rule in asked]
    assert all((verdict.n_failing == 0) == verdict.is_passed for verdict in verdicts)
    assert not [verdict for verdict in verdicts if "could not be asked" in verdict.message]
    return {verdict.rule for verdict in verdicts if not verdict.is_passed}


def test_rules_of_every_suite_have_a_planted_fault() -> None:
    in_suites = {rule.id for gate in RULES for rule in spanning_rules(gate)}
    assert in_suites == set(FAULTS)
    assert set(JUST_WITHIN) <= in_suites


def test_rules_of_all_gates_have_names_of_their_own() -> None:
    names = [rule.id for rules in RULES.values() for rule in rules]
    assert len(set(names)) == len(names)
    assert all(rule.id.startswith(gate) for gate, rules in RULES.items() for rule in rules)


@pytest.mark.parametrize("gate", RULES)
def test_clean_batch_passes_every_rule(gate: str, tmp_path: Path) -> None:
    assert not_passed(tmp_path / "w.duckdb", gate, CLEAN[gate]) == set()


@pytest.mark.parametrize("gate", CONTRACTS)
def test_every_rule_of_a_contract_finds_its_fault_and_no_other(gate: str, tmp_path: Path) -> None:
    batch, broken = one_file_a_fault(gate)
    write_batch(tmp_path / "w.duckdb", CONTRACTS[gate], batch)
    verdicts = run_gate(
        tmp_path / "w.duckdb", "raw", f"{gate}__incoming", contract_rules(CONTRACTS[gate])[1:], ["_file_hash"]
    )
    assert {verdict.rule: set(verdict.places) for verdict in verdicts} == broken


@pytest.mark.parametrize("gate", RULES)
def test_batch_without_rows_passes_no_gate(gate: str, tmp_path: Path) -> None:
    assert not_passed(tmp_path / "w.duckdb", gate, [], RULES[gate][:1]) == {f"{gate}_has_rows"}


@pytest.mark.parametrize("rule", FAULTS)
def test_planted_fault_fails_its_rule_alone(rule: str, tmp_path: Path) -> None:
    gate = gate_of(rule)
    assert not_passed(tmp_path / "w.duckdb", gate, FAULTS[rule](CLEAN[gate])) == {rule}


def test_figure_that_is_there_twice_or_without_its_place_fails_the_gate(tmp_path: Path) -> None:
    rows = CLEAN["metric_values"]
    placeless = [rows[0] | {column: None} for column in METRIC_KEY]
    guards = metric_rules()[1 : len(METRIC_KEY) + 2]
    assert not_passed(tmp_path / "w.duckdb", "metric_values", [*placeless, *rows, *rows], guards) == {
        "metric_values_key_unique", *(f"metric_values_{column}_filled" for column in METRIC_KEY)
    }  # fmt: skip


@pytest.mark.parametrize("rule", JUST_WITHIN)
def test_batch_just_within_a_limit_passes(rule: str, tmp_path: Path) -> None:
    gate = gate_of(rule)
    assert not_passed(tmp_path / "w.duckdb", gate, JUST_WITHIN[rule](CLEAN[gate])) == set()


@pytest.mark.parametrize("rule", PER_FILE)
def test_good_file_makes_up_for_no_bad_one_in_the_same_batch(rule: str, tmp_path: Path) -> None:
    gate = gate_of(rule)
    good = [row | {"_file_hash": "f2"} for row in PER_FILE[rule]]
    assert rule not in not_passed(tmp_path / "w.duckdb", gate, good)
    assert rule in not_passed(tmp_path / "w.duckdb", gate, [*FAULTS[rule](CLEAN[gate]), *good])


def test_no_rule_of_a_feed_counts_over_the_whole_batch() -> None:
    """Such a rule lets a bad file in beside a good one, and holds a good one for a bad one's fault."""
    rules = [rule for feed in CONTRACTS for rule in spanning_rules(feed)]
    asked = {rule.id: " ".join(rule.arguments["unexpected_rows_query"].split()) for rule in rules}
    assert [name for name, query in asked.items() if "having" in query and "group by" not in query] == []
    assert [name for name, query in asked.items() if "(select count(*) from {batch})" in query] == []


def shrunk(path: Path, batch: list[Row], raw: list[Row]) -> bool:
    write_batch(path, CONTRACTS["workforce"], batch, raw)
    rules = [rule for rule in RULES["workforce"] if rule.id == "workforce_not_shrunk"]
    return not run_gate(path, "raw", "workforce__incoming", rules)[0].is_passed


def test_workforce_is_compared_with_what_the_sender_gave_before(tmp_path: Path) -> None:
    september, october = DAY.replace(month=9), DAY
    path = tmp_path / "w.duckdb"
    assert shrunk(path, workforce_month(october, 6), workforce_month(september, 9))
    assert not shrunk(path, workforce_month(october, 7), workforce_month(september, 9))
    others = [row | {"_sender": "another council"} for row in workforce_month(september, 9)]
    assert not shrunk(path, workforce_month(october, 6), others)
    replaced = [row | {"_superseded_by": "f9"} for row in workforce_month(september, 9)]
    assert not shrunk(path, workforce_month(october, 6), replaced)


def test_workforce_month_sent_again_is_not_counted_twice(tmp_path: Path) -> None:
    september, october = DAY.replace(month=9), DAY
    again = [
        *workforce_month(september, 9, "f1"),
        *workforce_month(september, 9, "f2"),
        *workforce_month(october, 9, "f3"),
    ]
    assert not shrunk(tmp_path / "w.duckdb", again, [])
    corrected = [*workforce_month(september, 6, "f1"), *workforce_month(october, 6, "f2")]
    assert not shrunk(tmp_path / "w.duckdb", corrected, workforce_month(september, 20, "f0"))

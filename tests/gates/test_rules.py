"""Every rule of every gate, proven: a clean batch passes all of them, and a planted fault fails that rule alone."""

import re
from pathlib import Path

import pytest

from dagster_project.exports.contract import load_contracts
from expectations.gate import Rule, feed_rules, metric_rules, run_gate, spanning_rules
from tests.gates.clean_rows import CLEAN, DAY, Row, workforce_month, write_batch, write_values
from tests.gates.planted import FAULTS, JUST_WITHIN, PER_FILE, Fault, first

CONTRACTS = load_contracts()
RULES: dict[str, list[Rule]] = {feed: feed_rules(contract) for feed, contract in CONTRACTS.items()} | {
    "metric_values": metric_rules()
}

NOT_A_REPORT = "manager_classification_reports_are_direct_reports"

# Faults of one rule that cannot be planted without breaking another.
ALSO = {
    "workforce_contracted_fte_in_range above": "workforce_person_fits_in_one_post",
    "workforce_contracted_days_in_range below": "workforce_available_within_contracted",
    "workforce_available_days_in_range above": "workforce_available_within_contracted",
    "manager_classification_n_reports_in_range below": "manager_classification_regular_within_reports",
    "manager_classification_reports_manager_person_id_filled missing": NOT_A_REPORT,
    "manager_classification_reports_person_id_filled missing": NOT_A_REPORT,
    "protected_time_hours_taken_in_range above": "protected_time_hours_need_taking",
    "surveys_wave_date_in_range below": "surveys_wave_closed_on_one_day",
    "surveys_answer_known unknown": "surveys_answer_fits_item",
    "pay_progression_round_date_in_range below": "pay_progression_one_date_a_round",
}


def contract_faults(gate: str, rule: Rule) -> dict[str, Fault]:
    """What breaks a rule that is not in a suite file, by a word for it; a new kind of rule needs a new line here."""
    column = rule.arguments.get("column")
    match rule.expectation:
        case "ExpectTableRowCountToBeBetween":
            return {"empty": lambda rows: []}
        case "ExpectColumnValuesToNotBeNull":
            return {"missing": first(**{column: None})}
        case "ExpectColumnValuesToBeInSet":
            return {"unknown": first(**{column: "no such word"})}
        case "ExpectColumnValuesToBeBetween":
            return {side: first(**{column: bound}) for side, bound in outside(gate, rule).items()}
        case "UnexpectedRowsExpectation" if rule.id == f"{gate}_key_unique":
            return {"twice": lambda rows: [*rows, rows[0]]}
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


def planted_faults() -> list[tuple[str, Rule, str, Fault]]:
    """(gate, rule, which fault, fault) for every rule there is."""
    found = []
    for gate, rules in RULES.items():
        for rule in rules:
            faults = {"planted": FAULTS[rule.id]} if rule.id in FAULTS else contract_faults(gate, rule)
            found += [(gate, rule, which, fault) for which, fault in faults.items()]
    return found


def who_could_see(gate: str, rule: Rule) -> list[Rule]:
    """The rules of a gate that read the column in which a rule's fault is planted: no others can be broken by it."""
    column = rule.arguments.get("column") if rule.id not in FAULTS else None
    return [other for other in RULES[gate] if column is None or re.search(rf"\b{column}\b|\*", str(other.arguments))]


PLANTED = planted_faults()


def not_passed(path: Path, gate: str, rows: list[Row], asked: list[Rule] | None = None) -> set[str]:
    asked = RULES[gate] if asked is None else asked
    if gate == "metric_values":
        write_values(path, rows)
        verdicts = run_gate(path, "metrics", "fct_metric_values", asked)
    else:
        write_batch(path, CONTRACTS[gate], rows)
        verdicts = run_gate(path, "incoming", gate, asked)
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


@pytest.mark.parametrize(("gate", "rule", "which", "fault"), PLANTED, ids=[f"{p[1].id}-{p[2]}" for p in PLANTED])
def test_planted_fault_fails_its_rule_alone(gate: str, rule: Rule, which: str, fault: Fault, tmp_path: Path) -> None:
    also = {ALSO[f"{rule.id} {which}"]} if f"{rule.id} {which}" in ALSO else set()
    found = not_passed(tmp_path / "w.duckdb", gate, fault(CLEAN[gate]), who_could_see(gate, rule))
    assert found == {rule.id} | also


@pytest.mark.parametrize("rule", JUST_WITHIN)
def test_batch_just_within_a_limit_passes(rule: str, tmp_path: Path) -> None:
    gate = next(gate for gate, rules in RULES.items() if rule in {r.id for r in rules})
    assert not_passed(tmp_path / "w.duckdb", gate, JUST_WITHIN[rule](CLEAN[gate])) == set()


@pytest.mark.parametrize("rule", PER_FILE)
def test_good_file_makes_up_for_no_bad_one_in_the_same_batch(rule: str, tmp_path: Path) -> None:
    gate = next(gate for gate, rules in RULES.items() if rule in {r.id for r in rules})
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
    return not run_gate(path, "incoming", "workforce", rules)[0].is_passed


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

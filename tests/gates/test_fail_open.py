"""The ways in which a gate could pass what it should not, each shut."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.problems import SettingsProblem
from expectations.gate import Rule, feed_rules, metric_rules, run_gate, spanning_rules
from tests.gates.clean_rows import CLEAN, write_batch, write_values

CONTRACTS = load_contracts()
SUPERVISION = CONTRACTS["supervision"]
ROWS = "UnexpectedRowsExpectation"
NEVER = Rule("never", "critical", "Never.", ROWS, {"unexpected_rows_query": "select 1 from {batch} where false"})
ALWAYS = Rule("always", "critical", "Always.", ROWS, {"unexpected_rows_query": "select person_id from {batch}"})


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A warehouse file with a clean batch of supervisions, in a folder with a name that needs care."""
    path = tmp_path / "it's 100% ours" / "w.duckdb"
    path.parent.mkdir()
    write_batch(path, SUPERVISION, CLEAN["supervision"])
    return path


def test_gate_without_rules_is_refused(batch: Path) -> None:
    with pytest.raises(ValueError, match=r"raw\.supervision__incoming has no rules"):
        run_gate(batch, "raw", "supervision__incoming", [])


@pytest.mark.parametrize("feed", CONTRACTS)
def test_gate_of_an_empty_batch_fails_its_row_floor_alone(feed: str, tmp_path: Path) -> None:
    write_batch(tmp_path / "w.duckdb", CONTRACTS[feed], [])
    verdicts = run_gate(tmp_path / "w.duckdb", "raw", f"{feed}__incoming", feed_rules(CONTRACTS[feed]))
    assert [v.rule for v in verdicts if not v.is_passed] == [f"{feed}_has_rows"]


@pytest.mark.parametrize("feed", CONTRACTS)
def test_gate_of_a_batch_whose_keys_are_empty_throughout_fails(feed: str, tmp_path: Path) -> None:
    contract = CONTRACTS[feed]
    empty = [row | dict.fromkeys(contract.key) for row in CLEAN[feed]]
    write_batch(tmp_path / "w.duckdb", contract, empty)
    verdicts = run_gate(tmp_path / "w.duckdb", "raw", f"{feed}__incoming", feed_rules(contract))
    assert {f"{feed}_{name}_filled" for name in contract.key} <= {v.rule for v in verdicts if not v.is_passed}


def test_gate_of_metric_values_fails_without_rows_and_without_keys(tmp_path: Path) -> None:
    write_values(tmp_path / "none.duckdb", [])
    none = run_gate(tmp_path / "none.duckdb", "metrics", "fct_metric_values", metric_rules())
    assert [v.rule for v in none if not v.is_passed] == ["metric_values_has_rows"]
    write_values(tmp_path / "w.duckdb", [row | {"metric_id": None} for row in CLEAN["metric_values"]])
    without = run_gate(tmp_path / "w.duckdb", "metrics", "fct_metric_values", metric_rules())
    assert "metric_values_metric_id_filled" in {v.rule for v in without if not v.is_passed}


def test_misspelt_expectation_is_refused(batch: Path) -> None:
    rule = Rule("r", "critical", "m", "ExpectColumnValuesToBeNotNull", {"column": "person_id"})
    with pytest.raises(ValueError, match="r: there is no expectation called ExpectColumnValuesToBeNotNull"):
        run_gate(batch, "raw", "supervision__incoming", [NEVER, rule])


def test_misspelt_argument_is_refused(batch: Path) -> None:
    rule = Rule("r", "critical", "m", "ExpectColumnValuesToNotBeNull", {"colunm": "person_id"})
    with pytest.raises(Exception, match="colunm"):
        run_gate(batch, "raw", "supervision__incoming", [rule])


def test_two_identical_rules_are_refused(batch: Path) -> None:
    with pytest.raises(ValueError, match="two rules called never"):
        run_gate(batch, "raw", "supervision__incoming", [NEVER, NEVER])


def test_failed_rule_is_not_hidden_by_another_of_its_name(batch: Path) -> None:
    namesake = Rule(ALWAYS.id, NEVER.severity, NEVER.message, NEVER.expectation, NEVER.arguments)
    for rules in ([ALWAYS, namesake], [namesake, ALWAYS]):
        with pytest.raises(ValueError, match="two rules called always"):
            run_gate(batch, "raw", "supervision__incoming", rules)


def test_rules_that_say_the_same_under_two_names_are_both_answered(batch: Path) -> None:
    again = Rule("again", ALWAYS.severity, ALWAYS.message, ALWAYS.expectation, ALWAYS.arguments)
    verdicts = run_gate(batch, "raw", "supervision__incoming", [ALWAYS, again])
    assert [(v.rule, v.is_passed, v.n_failing) for v in verdicts] == [("always", False, 10), ("again", False, 10)]


def test_failed_rule_says_where_some_of_its_rows_are_and_nothing_of_what_they_hold(batch: Path) -> None:
    with duckdb.connect(str(batch)) as connection:
        connection.execute("update raw.supervision__incoming set _row_number = rowid + 2")
    none_known = Rule(
        "unknown", "critical", "m", "ExpectColumnValuesToBeInSet", {"column": "person_id", "value_set": ["nobody"]}
    )
    late = Rule("late", "warning", "m", ROWS, {"unexpected_rows_query": "from {batch} where _row_number > 10"})
    never, unknown, rows = run_gate(batch, "raw", "supervision__incoming", [NEVER, none_known, late])
    assert never.places == ()
    assert unknown.places == tuple(f"file_hash f1, row_number {number}" for number in range(2, 7))
    assert rows.places == ("file_hash f1, row_number 11",)


@pytest.mark.parametrize(
    "query",
    ["select no_such_column from {batch}", "select from where {batch}", "select 1 from raw.no_such_table, {batch}"],
)
def test_rule_that_cannot_be_asked_has_failed(batch: Path, query: str) -> None:
    broken = Rule("broken", "critical", "Broken.", ROWS, {"unexpected_rows_query": query})
    verdicts = run_gate(batch, "raw", "supervision__incoming", [NEVER, broken])
    assert [(v.rule, v.is_passed, v.n_failing) for v in verdicts] == [("never", True, 0), ("broken", False, 1)]
    assert verdicts[1].message == "Broken. (the rule could not be asked)"


def test_rule_about_a_column_that_is_not_there_has_failed(batch: Path) -> None:
    rule = Rule("r", "critical", "m", "ExpectColumnValuesToNotBeNull", {"column": "no_such_column"})
    assert not run_gate(batch, "raw", "supervision__incoming", [rule])[0].is_passed


def test_table_that_is_not_there_is_no_pass(batch: Path) -> None:
    with pytest.raises(Exception, match="no_such_table"):
        run_gate(batch, "raw", "no_such_table", [NEVER])


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("  - id: x\n    severity: blocking\n    message: m\n    rows: select 1 from {batch}\n", 5, "severity"),
        ("  - id: x\n    severity: warning\n    message: m\n    rows: select 1 from raw.x\n", 7, "rows"),
        ("  - id: x\n    severity: warning\n    message: m\n    sql: select 1 from {batch}\n", 7, "sql"),
    ],
)
def test_suite_file_that_says_what_it_may_not_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    (tmp_path / "supervision.yml").write_text(f"# A suite.\nabout: a\nrules:\n{text}", encoding="utf-8")
    with pytest.raises(SettingsProblem, match=rf"supervision\.yml, line {line}: rules\.0\.{what}"):
        spanning_rules("supervision", tmp_path)


def test_feed_without_a_suite_file_still_has_its_contract_rules(tmp_path: Path) -> None:
    assert spanning_rules("supervision", tmp_path) == []
    assert "supervision_has_rows" in {rule.id for rule in feed_rules(SUPERVISION, tmp_path)}


def test_warehouse_is_free_for_another_process_after_a_gate(batch: Path) -> None:
    for rules in ([NEVER], feed_rules(SUPERVISION)):
        run_gate(batch, "raw", "supervision__incoming", rules)
        write = f"import duckdb; duckdb.connect({str(batch)!r}).execute('delete from raw.supervision__incoming')"
        done = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    with pytest.raises(ValueError, match="there is no expectation"):
        run_gate(batch, "raw", "supervision__incoming", [Rule("r", "critical", "m", "NoSuch", {})])
    write = f"import duckdb; duckdb.connect({str(batch)!r}).execute('drop table raw.supervision__incoming')"
    assert subprocess.run([sys.executable, "-c", write], timeout=60).returncode == 0

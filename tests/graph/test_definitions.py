"""The graph over a home: which assets and checks it holds, how it runs, and who may know the orchestrator."""

import ast
from pathlib import Path

import dagster as dg
import pytest
import yaml

from dagster_project import definitions, runner
from dagster_project.definitions import build_defs
from dagster_project.exports.contract import load_contracts
from dagster_project.home import Home
from tests.gates.conftest import SmallHome

ROOT = Path(__file__).parents[2]
CONTRACTS = load_contracts()


@pytest.fixture(scope="module")
def defs(council_home: Home) -> dg.Definitions:
    manifest = council_home.state / "dbt" / "target" / "manifest.json"
    return build_defs(council_home, manifest=manifest, as_at="2026-11-22")


def layers(defs: dg.Definitions) -> dict[str, set[str]]:
    """Names of assets by layer."""
    found: dict[str, set[str]] = {}
    for key in defs.resolve_asset_graph().get_all_asset_keys():
        layer, name = key.path
        found.setdefault(layer, set()).add(name)
    return found


def test_graph_holds_the_whole_path(defs: dg.Definitions) -> None:
    found = layers(defs)
    assert found["archive"] == {"deliveries"}
    assert found["incoming"] == found["raw"] == set(CONTRACTS)
    assert found["published"] == {"read_copy", "draft"}
    on_disk = {path.stem for path in (ROOT / "dbt" / "models").rglob("*.sql")}
    of_models = found["staging"] | found["intermediate"] | found["marts"] | found["metrics"]
    assert of_models == on_disk | {"fct_metric_signals"}
    assert all(name.startswith("stg_") for name in found["staging"])
    assert all(name.startswith("int_") for name in found["intermediate"])
    assert all(name.startswith(("dim_", "fct_")) for name in found["marts"])
    assert {name for name in found["metrics"] if not name.startswith("met_")} == {
        "fct_metric_values",
        "fct_series_breaks",
        "fct_metric_signals",
    }


def test_assets_follow_the_path(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()

    def parents(layer: str, name: str) -> set[str]:
        return {key.to_user_string() for key in graph.get(dg.AssetKey([layer, name])).parent_keys}

    for feed in CONTRACTS:
        assert parents("incoming", feed) == {"archive/deliveries"}
        assert parents("raw", feed) == {f"incoming/{feed}"}
        if (ROOT / "dbt" / "models" / "staging" / feed).is_dir():  # some feeds are read by no model
            assert f"raw/{feed}" in parents("staging", f"stg_{feed}")
    assert {"metrics/fct_metric_values", "metrics/fct_series_breaks"} <= parents("metrics", "fct_metric_signals")
    assert parents("published", "read_copy") == {"metrics/fct_metric_signals"}
    assert parents("published", "draft") == {"published/read_copy"}


def test_every_feed_and_the_figures_have_a_blocking_gate(defs: dg.Definitions) -> None:
    gates = {
        (spec.asset_key.to_user_string(), spec.name): spec.blocking
        for checks in defs.asset_checks or []
        if isinstance(checks, dg.AssetChecksDefinition)
        for spec in checks.check_specs
    }
    feeds = {(f"incoming/{feed}", f"{feed}_gate"): True for feed in CONTRACTS}
    assert gates == feeds | {("metrics/fct_metric_values", "metric_values_gate"): True}
    signals = defs.resolve_asset_graph().get(dg.AssetKey(["metrics", "fct_metric_signals"]))
    assert [key.name for key in signals.check_keys] == ["nothing_hidden_can_be_worked_out"]


def test_job_runs_in_one_process_and_writes_the_notice_on_failure(defs: dg.Definitions) -> None:
    job = defs.resolve_job_def("publish_month")
    assert job.executor_def is dg.in_process_executor
    assert [hook.name for hook in job.hook_defs] == ["notice_of_held_month"]
    assert defs.executor is dg.in_process_executor
    everything = set(defs.resolve_asset_graph().executable_asset_keys)
    assert set(job.asset_layer.executable_asset_keys) == everything


def test_every_op_waits_its_turn_for_the_warehouse(defs: dg.Definitions) -> None:
    pools = {node.name: node.definition.pool for node in defs.resolve_job_def("publish_month").graph.nodes}
    assert (
        len(pools) == 3 * len(CONTRACTS) + 6
    )  # incoming, gate and raw; archive, models, gate, signals, read copy, draft
    assert set(pools.values()) == {"duckdb_writer"}


def test_written_settings_turn_telemetry_off_and_let_one_op_write(council_home: Home, small_home: SmallHome) -> None:
    folder = runner.dagster_home(small_home.home)
    for path in (folder / "dagster.yaml", council_home.state / "dagster" / "dagster.yaml"):
        settings = yaml.safe_load(path.read_text("utf-8"))
        assert settings["telemetry"] == {"enabled": False}
        assert settings["concurrency"]["pools"]["default_limit"] == 1
        assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1


def imports_of_the_orchestrator(path: Path) -> list[tuple[str, int]]:
    """(innermost function, line) of every import of dagster in a file."""
    found = []

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, ast.FunctionDef):
            function = node.name
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            is_import = ast.unparse(node.func).endswith(("import_module", "__import__"))
            names = [str(node.args[0].value)] if is_import else []
        if any(name.split(".")[0] in ("dagster", "dagster_dbt") for name in names):
            found.append((function, node.lineno))  # type: ignore[attr-defined]
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(ast.parse(path.read_text("utf-8")), "")
    return found


def test_only_the_graph_knows_the_orchestrator() -> None:
    files = [
        path for folder in ("dagster_project", "expectations", "dashboards") for path in (ROOT / folder).rglob("*.py")
    ]
    graph = {Path(definitions.__file__), *(ROOT / "dagster_project" / "defs").glob("*.py")}
    assert len(files) > 40
    knowing = {path: found for path in files if path not in graph and (found := imports_of_the_orchestrator(path))}
    assert knowing == {}

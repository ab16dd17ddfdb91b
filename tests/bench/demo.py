"""`practice-metrics demo`, seconds by step, and the floor: what its imports alone take.

Belongs here: reading the clock beside its lines. Does not belong here: what the steps do.
"""

import subprocess
import sys
import time
from pathlib import Path

from tests.bench.measure import Found, measured

LIMIT = "Imports of Great Expectations and Dagster beside dbt's parse, and dbt's own start when it builds."
IMPORTS = "import dagster, dagster_dbt, duckdb, great_expectations, jinja2, plotly, pydantic"

# The step that ends with a line that holds these words.
STEPS = {
    "made-up exports": "samples_s", "ready": "start_s", "landed": "land_s", "read ": "read_and_load_s",
    "gate of metric_values": "metric_gate_s", "gate of": "gates_s", "modelled": "dbt_s",
}  # fmt: skip


def run(folder: Path) -> Found:
    imports = measured(in_python, "-c", IMPORTS)
    whole = measured(timed_demo, folder / "demo")
    return {
        **whole.result, "whole_s": whole.seconds, "imports_s": imports.seconds,
        "whole_cpu_s": whole.cpu, "imports_cpu_s": imports.cpu, "peak_mb": whole.peak_mb,
    }  # fmt: skip


def in_python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


def timed_demo(home: Path) -> Found:
    """Seconds by step. What comes after the gate of the metric values is the read copy and the pages."""
    spent: dict[str, float] = {}
    before = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "dagster_project.cli", "demo", "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            step = next((step for words, step in STEPS.items() if words in line), None)
            if step:
                now = time.perf_counter()
                spent[step] = spent.get(step, 0) + now - before
                before = now
    if process.returncode != 0:
        raise RuntimeError(f"the demo ended with {process.returncode}")
    return {**spent, "pages_s": time.perf_counter() - before}

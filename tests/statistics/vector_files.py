"""Results of the reference implementations, by family, each file in the role its manifest gives it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parents[1] / "vectors"
MANIFEST: dict[str, dict[str, str]] = json.loads((FOLDER / "MANIFEST.json").read_text("utf-8"))

Check = Callable[[dict[str, Any]], None]


# What the names of files begin with, by family. Each family has one test.
FAMILIES = {
    "funnels": ("funnel", "phe_tests_funnel", "phe_run_funnel"),
    "intervals": ("phe_tests_wilson", "phe_run_mean", "newcombe"),
    "agreement": ("kappa",),
    "charts": ("xmr_", "pchart_"),
    "disclosure": ("sdc_",),
    "small_samples": ("small_sample",),
}


def every_name() -> list[str]:
    """Files of the folder and of the manifest: one that only one of them has fails when it is used."""
    return sorted({path.name for path in FOLDER.glob("*.json")} - {"MANIFEST.json"} | set(MANIFEST))


def of_family(family: str) -> list[str]:
    return [name for name in every_name() if name.startswith(FAMILIES[family])]


def use(name: str, checks: Mapping[tuple[str, str], Check]) -> None:
    """Runs the check written for the file in its role; a file without one fails."""
    role = MANIFEST[name]["role"]
    assert (name, role) in checks, f"{name} is here as {role}, and no test uses it so"
    checks[name, role](json.loads((FOLDER / name).read_text("utf-8")))


def column(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    """One field of every row as floats, null as NaN."""
    return np.array([row[name] for row in rows], dtype=float)


def assert_close(ours: Any, theirs: Any, tolerance: float) -> None:
    """Equal within a relative `tolerance`, and missing where the reference is."""
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=tolerance, atol=1e-12)

"""`make bench`, `make bench BENCH=ingest`: runs the benchmarks; JSON on standard output, a table on standard error.

Belongs here: which benchmarks there are and how they are told. Does not belong here: any measurement.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import demo, disclosure, gate, ingest, model, month, pages, signals, site
from tests.bench.measure import Found

BENCHMARKS: dict[str, tuple[Callable[[Path], Found], str]] = {
    "ingest": (ingest.run, ingest.LIMIT),
    "gate": (gate.run, gate.LIMIT),
    "model": (model.run, model.LIMIT),
    "month": (month.run, month.LIMIT),
    "signals": (signals.run, signals.LIMIT),
    "site": (site.run, site.LIMIT),
    "disclosure": (disclosure.run, disclosure.LIMIT),
    "pages": (pages.run, pages.LIMIT),
    "demo": (demo.run, demo.LIMIT),
    "hundred": (model.run_hundred, model.LIMIT_OF_HUNDRED),  # only when asked for: it takes a quarter of an hour
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        raise SystemExit(f"There is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}.")
    told: dict[str, Found] = {}
    for name in names or [name for name in BENCHMARKS if name != "hundred"]:
        work, limit = BENCHMARKS[name]
        with tempfile.TemporaryDirectory(prefix="bench_") as folder:
            told[name] = {key: rounded(value) for key, value in work(Path(folder)).items()} | {"limited_by": limit}
        for key, value in told[name].items():
            print(f"{name:8} {key:16} {value}", file=sys.stderr, flush=True)
    print(json.dumps(told, indent=1))


def rounded(value: float | str) -> float | str:
    return round(value, 2) if isinstance(value, float) else value


if __name__ == "__main__":
    main(sys.argv[1:])

"""The site of an edition: 60 measures, 8 services and 100 teams over 24 months, with its files to take away.

Belongs here: that timing and the size of what is written. Does not belong here: what a page says (dashboards).
"""

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np

from dagster_project import analysis
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.metric_records import MetricRecord, load_records
from dagster_project.statistics.disclosure import DisclosureSettings, MetricValue
from dashboards.build import build_site
from dashboards.figures import Figures, ShownValue
from dashboards.funnels import funnels_of
from dashboards.pack import find_browser
from dashboards.words import month_end, months_back
from tests.bench.measure import Found, measured

METRICS, SERVICES, TEAMS, MONTHS = 60, 8, 100, 24
MONTH = datetime.date(2026, 9, 1)
LIMIT = "Templates and drawings of the measures' pages, one after the other; with a browser, printing the board pack."


def run(folder: Path) -> Found:
    without = measured(build, folder / "without", None)
    browser = find_browser()
    printed = measured(build, folder / "printed", browser) if browser else None
    files = [path for path in (folder / ("printed" if browser else "without")).rglob("*") if path.is_file()]
    return {
        "metrics": METRICS, "teams": TEAMS, "files": len(files), "built_s": without.result, "cpu_s": without.cpu,
        "with_pdf_s": printed.result if printed else "no browser",
        "site_mb": sum(path.stat().st_size for path in files) / 1e6,
        "largest_page_kb": max(path.stat().st_size for path in files if path.suffix == ".html") / 1e3,
        "peak_mb": without.peak_mb,
    }  # fmt: skip


def build(out: Path, browser: Path | None) -> float:
    """Seconds that the site alone takes: not the making-up of its figures."""
    from time import perf_counter

    figures = made_up()
    start = perf_counter()
    build_site(
        figures, out, signed_off_by="Director", edition="2026-09 edition 01", published_on=MONTH, browser=browser
    )
    return perf_counter() - start


def made_up() -> Figures:
    """Months of the organisation and its services with signals, breakdowns by role, and twelve months of the teams."""
    found = [each for each in load_records(METRICS_DIR).values() if "leadership" in each.audience][:METRICS]
    records = {
        record.metric_id: record.model_copy(update={"kind": "proportion", "cadence": "month", "interval": "wilson"})
        for record in found
    }
    random = np.random.default_rng(7)
    values = [
        _value(record, back, "organisation" if unit == "all" else "service", unit, random)
        for record in records.values()
        for unit in ["all", *(f"Service {n}" for n in range(SERVICES))]
        for back in range(MONTHS)
    ]
    beside = analysis.beside(values, records, {}, targets=[])
    details = tuple(
        ShownValue(**vars(replace(
            _value(record, 0, "team", f"Team {n:03}", random),
            period_type="twelve_months", period_start=months_back(MONTH, 11),
        )))
        for record in records.values()
        for n in range(TEAMS)
    )  # fmt: skip
    return Figures(
        organisation="Bench", is_sample=True, month=MONTH, as_at=MONTH, feeds=(), n_checks=1, n_checks_passed=1,
        thresholds=dict.fromkeys((name for record in records.values() for name in record.thresholds), 4),
        disclosure=DisclosureSettings(), code_version="bench", data_fingerprint="bench", records=records,
        values=tuple(ShownValue(**vars(value), beside=each) for value, each in zip(values, beside, strict=True)),
        details=details, breaks=(), decisions=(), associations=(), agreement=(), funnels=funnels_of(details, records),
    )  # fmt: skip


def _value(record: MetricRecord, back: int, level: str, unit: str, random: np.random.Generator) -> MetricValue:
    month, n = months_back(MONTH, back), 900 if unit == "all" else 110
    x = int(random.binomial(n, 0.4))
    return MetricValue(
        record.metric_id, "month", month, month_end(month), level, unit, "all", "all", x, n, n, None, None, x / n,
        "observed",
    )  # fmt: skip

"""Registers that a lead keeps by hand: targets of measures and decisions about charts, one file each.

Belongs here: what stands in them. Does not belong here: the figures they are about.
"""

import csv
from pathlib import Path

from dagster_project.samples.organisation import Organisation

Row = tuple[str, ...]


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """Both files, over all months."""
    covered = made.covered
    first, middle = covered[0].first, covered[len(covered) // 2].first
    targets: list[Row] = [
        ("Measure", "In force from", "Target", "Set by", "Why"),
        ("using_evidence_this_month", f"{first:%d/%m/%Y}", "0.6", "Principal social worker", "Local plan"),
        ("supervision_on_time", f"{first:%d/%m/%Y}", "0.9", "Director", "National standard"),
        ("protected_time_displaced", f"{middle:%d/%m/%Y}", "0.1", "Director", "Improvement plan"),
    ]
    changes: list[Row] = [
        ("Measure", "Unit", "Month", "Change", "Reason", "Decided by", "Decided on"),
        ("protected_time_displaced", "all", f"{middle:%b-%Y}", "Leave out", "Exceptional event",
         "Quality assurance lead", f"{middle:%d/%m/%Y}"),
        ("regularly_using_evidence", "all", f"{first:%b-%Y}", "Practitioners agreed", "Staff consultation",
         "Practitioner forum", f"{first:%d/%m/%Y}"),
    ]  # fmt: skip
    return [_write(out / "targets" / "targets.csv", targets), _write(out / "chart_changes" / "changes.csv", changes)]


def _write(path: Path, rows: list[Row]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path

"""What decides an edition, and what its manifest tells of how it was made.

Belongs here: the facts of a draft, its fingerprint, the evidence of its run. Does not belong here: making drafts and
editions, what holds a month (publishing).
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_project import warehouse
from dagster_project.code_version import code_version
from dagster_project.dbt_call import METRICS_DIR
from dagster_project.editions import FIGURES
from dagster_project.files import sha256
from dagster_project.home import Home
from dagster_project.steps import Run

DECIDES = {
    "code_version": "the program",
    "inputs": "the loaded files",
    "settings": "config.yml",
    "assessment": "assessment.yml",
}
DECIDING_SETTINGS = {
    *("organisation", "profile", "sample", "max_rejected_share", "disclosure", "thresholds", "retention_months"),
}


def draft_facts(run: Run) -> dict[str, object]:
    """What publishing must know of the run that made a draft."""
    return {"run_id": run.run_id, "as_at": run.as_at.isoformat(), **facts_in_force(run.home)}


def facts_in_force(home: Home) -> dict[str, object]:
    """What decides a month's figures beside the month: loaded files, code, settings, assessment."""
    settings = home.settings
    with warehouse.read_only(home.read_copy) as connection:
        inputs = connection.execute(
            "select feed, file_hash from ledger.deliveries where status = 'loaded' order by feed, file_hash"
        ).fetchall()
    return {
        "code_version": code_version(),
        "inputs": [list(row) for row in inputs],
        "settings": settings.model_dump(mode="json", include=DECIDING_SETTINGS),
        "assessment": home.assessment.model_dump(mode="json") if home.assessment else None,
        "disclosure_is_on": settings.disclosure.is_on,
    }


def fingerprint(draft: Path) -> str:
    """One hash over what decides an edition: inputs, code, settings and figures. The as-at date alone does not."""
    facts = json.loads((draft / "draft.json").read_text("utf-8"))
    figures = json.loads((draft / FIGURES).read_text("utf-8"))
    decided = {name: value for name, value in facts.items() if name not in ("run_id", "as_at")}
    of_the_run = ("as_at", "n_checks", "n_checks_passed", "restatements", "next_report")
    awaited = ("n_overdue", "n_awaited", "next_due", "warnings")  # a rebuild asks no gate, and so knows no warning
    decided["figures"] = {name: value for name, value in figures.items() if name not in of_the_run}
    decided["figures"]["feeds"] = [
        {name: value for name, value in feed.items() if name not in awaited} for feed in figures["feeds"]
    ]
    return hashlib.sha256(json.dumps(decided, sort_keys=True).encode()).hexdigest()


def evidence(home: Home, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What else a manifest tells of the draft's run: rows by feed, the gates' verdicts, the models by hash."""
    with warehouse.read_only(home.read_copy) as connection:
        rows = connection.execute(
            "select feed, sum(n_accepted)::bigint, sum(n_rejected)::bigint from ledger.deliveries "
            "where status = 'loaded' group by feed order by feed"
        ).fetchall()
        verdicts = connection.execute(
            "select gate, rule, severity, is_passed, n_failing from ledger.verdicts where run_id = ? "
            "order by gate, rule",
            [facts["run_id"]],
        ).fetchall()
    models = METRICS_DIR.parent
    return {
        "rows": {feed: {"accepted": accepted, "rejected": rejected} for feed, accepted, rejected in rows},
        "verdicts": [list(row) for row in verdicts],
        "models": {path.relative_to(models).as_posix(): sha256(path) for path in sorted(models.rglob("*.sql"))},
    }

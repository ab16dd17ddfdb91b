"""Drafts, editions and notices: what leaves the warehouse, whole or not at all.

Belongs here: the draft of a month, its promotion to an edition, the notice of a held month.
Does not belong here: what a page says (dashboards), what holds a month (steps), which is the newest (newest_page).

An edition is a folder of plain files that is never changed. It is built beside its place and renamed into it.
"""

import csv
import datetime
import io
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project import steps, warehouse
from dagster_project.chase import chase_rows, write_status
from dagster_project.code_version import code_version
from dagster_project.dbt_call import METRICS_DIR, thresholds
from dagster_project.edition_facts import DECIDES, draft_facts, evidence, facts_in_force, fingerprint
from dagster_project.editions import (
    AUDIENCES,
    FIGURES,
    MANIFEST,
    figures_shown,
    name_of,
    newest_edition,
    newest_up_to,
    read_manifest,
)
from dagster_project.files import sha256, sync_files, sync_folder, write_atomically
from dagster_project.home import Home
from dagster_project.metric_records import load_records
from dagster_project.newest_page import point_to_newest
from dagster_project.problems import MonthHeld, SettingsProblem
from dagster_project.profiles import load_profile
from dagster_project.published_differences import difference_rows
from dagster_project.steps import Run
from dagster_project.verdicts import failures

if TYPE_CHECKING:
    from dashboards.figures import Figures


def write_draft(run: Run) -> Path:
    """The month's draft folder: figures.json, draft.json, the data team's lists and a preview of the pages in site/."""
    from dashboards.build import build_site
    from dashboards.read import read_figures

    home, settings = run.home, run.home.settings
    profile = load_profile(settings.profile)
    with warehouse.read_only(home.read_copy) as connection:
        chased = chase_rows(connection, run)
    facts = draft_facts(run)
    figures = read_figures(
        home.read_copy,
        month=run.month,
        organisation=settings.organisation,
        is_sample=settings.sample,
        disclosure=settings.disclosure.rules(),
        records=profile.shown(load_records(METRICS_DIR)),
        thresholds=thresholds(settings.thresholds),
        code_version=code_version(),
        chased=chased,
        next_report=next_report(run.month, settings.draft_day),
        year_ends=profile.year_ends(run.month),
    )
    figures = with_restatements(home, figures, facts)
    folder = home.drafts / f"{run.month:%Y-%m}"
    part = home.drafts / f".{folder.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / FIGURES).write_text(figures.to_json(), encoding="utf-8")
    (part / "draft.json").write_text(json.dumps(facts, indent=1, sort_keys=True), encoding="utf-8")
    (part / "chase_list.csv").write_bytes(csv_bytes(chased))
    (part / "published_differences.csv").write_bytes(csv_bytes(difference_rows(home.read_copy)))
    for audience in AUDIENCES:
        site = part / ("site" if audience == "leadership" else f"site_{audience}")
        kept = settings.retention_months
        build_site(figures, site, signed_off_by=None, edition=None, audience=audience, retention_months=kept)
    replace_folder(part, folder)
    point_to_newest(home, run.as_at)
    write_status(home)
    return folder


def next_report(month: datetime.date, draft_day: int) -> datetime.date:
    """The day on which the schedule makes the next month's draft."""
    later = month.year * 12 + month.month + 1
    return datetime.date(later // 12, later % 12 + 1, draft_day)


def with_restatements(home: Home, figures: "Figures", facts: Mapping[str, Any]) -> "Figures":
    """The figures with every value that the newest edition up to their month showed otherwise."""
    from dashboards.restated import restated

    edition = newest_up_to(home, figures.month)
    if edition is None:
        return figures
    manifest = read_manifest(edition)
    told = [
        each
        for shown in figures_shown(home, edition)
        for each in restated(shown, manifest, figures, facts["inputs"], name_of(edition))
    ]
    return figures.model_copy(update={"restatements": tuple(dict.fromkeys(told))})


def publish(home: Home, month: datetime.date, signed_off_by: str, on: datetime.date) -> tuple[Path, bool]:
    """The month's newest edition and whether it is new: the draft becomes one, on that day, unless nothing has changed.

    Reads the gates' verdicts itself. Raises SettingsProblem where there is no draft or nobody signs, MonthHeld where a
    verdict, or disclosure control, forbids it.
    """
    if not signed_off_by.strip():
        raise SettingsProblem("--signed-off-by: name the role that signs")
    draft = home.drafts / f"{month:%Y-%m}"
    if not (draft / "draft.json").exists():
        raise SettingsProblem(f"There is no draft of {month:%Y-%m}: practice-metrics run --month {month:%Y-%m}")
    facts = json.loads((draft / "draft.json").read_text("utf-8"))
    reasons = reasons_to_hold(home, month, facts)
    if reasons:
        raise MonthHeld(reasons)
    month_folder = home.published / f"{month:%Y-%m}"
    made_of = fingerprint(draft)
    newest = newest_edition(month_folder)
    is_unchanged = newest is not None and _made_of(newest) == made_of
    if newest is None or not is_unchanged:
        signed = {"fingerprint": made_of, "signed_off_by": signed_off_by, "published_on": on.isoformat()}
        newest = make_edition(home, draft, {**facts, **evidence(home, facts), **signed})
    (month_folder / "held.html").unlink(missing_ok=True)
    point_to_newest(home, datetime.date.fromisoformat(facts["as_at"]))
    write_status(home)
    return newest, not is_unchanged


def make_edition(home: Home, draft: Path, facts: Mapping[str, Any]) -> Path:
    """The next edition's folder in the tree of each audience, leadership's last: by its manifest the edition exists.

    Each is built beside its place, then renamed into it.
    """
    from dashboards.build import build_site
    from dashboards.figures import Figures
    from dashboards.pack import find_browser

    newest = newest_edition(home.published / draft.name)
    number = f"{int(newest.name) + 1 if newest else 1:02d}"
    figures = Figures.from_json((draft / FIGURES).read_text("utf-8"))
    for audience in reversed(AUDIENCES):
        month_folder = home.published_to(audience) / draft.name
        part = month_folder / f".{number}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        build_site(
            figures,
            part,
            signed_off_by=facts["signed_off_by"],
            edition=f"{draft.name} edition {number}",
            audience=audience,
            published_on=datetime.date.fromisoformat(facts["published_on"]),
            browser=find_browser(),
            retention_months=facts["settings"]["retention_months"],
        )
        write_manifest(part, facts)
        sync_files(part)
        replace_folder(part, month_folder / number)  # of another audience a killed run may have left one
        sync_folder(month_folder)
    return home.published / draft.name / number


def _made_of(edition: Path) -> str:
    return str(read_manifest(edition)["fingerprint"])


def reasons_to_hold(home: Home, month: datetime.date, facts: dict[str, object]) -> list[str]:
    """Why a draft may not become an edition, by the verdicts as they stand in the read copy."""
    with warehouse.read_only(home.read_copy) as connection:
        runs = connection.execute(
            "select run_id, gate from ledger.verdicts where month = ? and holds = 'month' order by rowid", [month]
        ).fetchall()
        newest_run = runs[-1][0] if runs else None
        reasons = failures(connection, newest_run) if newest_run else []
    judged = {gate for run_id, gate in runs if run_id == facts["run_id"]}
    if len(judged) < 3 or not {steps.METRIC_GATE, steps.DISCLOSURE_GATE} <= judged:
        reasons.append(
            "The gates of the staff spine, the figures and disclosure have not all judged this draft. Run it again."
        )
    in_force = facts_in_force(home)
    changed = [words for name, words in DECIDES.items() if facts[name] != in_force[name]]
    if changed:
        reasons.append(f"Since the draft was made {' and '.join(changed)} changed. Run the month again.")
    if not facts["disclosure_is_on"] and not home.settings.sample:
        reasons.append("The draft was made with disclosure control off, and this home is not marked as a sample.")
    return reasons


def write_manifest(edition: Path, facts: Mapping[str, Any]) -> None:
    """manifest.json: what the edition was made of and the hash of each of its files."""
    outputs = {p.relative_to(edition).as_posix(): sha256(p) for p in sorted(edition.rglob("*")) if p.is_file()}
    write_atomically(edition / MANIFEST, json.dumps({**facts, "outputs": outputs}, indent=1, sort_keys=True).encode())


def publish_notice(run: Run) -> Path | None:
    """The one-page notice of a held month, None where nothing holds it. An edition of the month stays the newest."""
    from dashboards.build import build_notice

    with warehouse.opened(run.home.warehouse) as connection:
        reasons = failures(connection, run.run_id)
    if not reasons:
        return None
    month_folder = run.home.published / f"{run.month:%Y-%m}"
    part = month_folder / ".held.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    build_notice(part, organisation=run.home.settings.organisation, month=run.month, reasons=reasons, as_at=run.as_at)
    part.replace(month_folder / "held.html")
    point_to_newest(run.home, run.as_at)
    return month_folder / "held.html"


def replace_folder(part: Path, folder: Path) -> None:
    """Put a finished folder in the place of an older one."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    part.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def csv_bytes(rows: list[dict[str, object]]) -> bytes:
    text = io.StringIO(newline="")
    if rows:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")

"""The whole set of samples: a folder a feed, a file a month as a council's systems would send them.

Belongs here: the order in which people, feeds and faults are made. Does not belong here: what any of them hold.

A module of this package with a function `write_sample` writes the files of one feed or of some over all months: a new
feed's is found by that. The modules named below write month by month, or need what another has drawn.
"""

import datetime
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dagster_project.profiles import DEFAULT, load_profile
from dagster_project.samples import (
    audits,
    connected_log,
    cpd,
    feedback,
    learning,
    manager_classification,
    pay_progression,
    portfolios,
    protected_time,
    resource_usage,
    supervision,
    surveys,
    workforce,
    workforce_census,
    workload,
)
from dagster_project.samples.faults import PlantedFault, plant_faults
from dagster_project.samples.history import with_history
from dagster_project.samples.months import months_to
from dagster_project.samples.organisation import Organisation, Staffed
from dagster_project.samples.people import in_post, make_people, make_teams
from dagster_project.samples.truths import SERVICE_NAMES

EVENTS = ("supervision", "protected_time", "audits", "resource_usage", "learning", "cpd")  # of staff a file a month
WORKLOAD = ("caseload", "timeliness", "consultations", "access_checks")


@dataclass(frozen=True)
class Samples:
    """Every file written, by feed and month, and the faulty rows among them."""

    files: list[Path]
    faults: list[PlantedFault]


def generate(
    out: Path,
    *,
    seed: int = 1,
    staff: int = 180,
    months: int = 24,
    usage_events: int = 40_000,
    end_month: datetime.date,
    profile: str = DEFAULT,
) -> list[Path]:
    """Write `out/<feed>/<file>` and return the files; see generate_samples."""
    samples = generate_samples(
        out, seed=seed, staff=staff, months=months, usage_events=usage_events, end_month=end_month, profile=profile
    )
    return samples.files


def generate_samples(
    out: Path,
    *,
    seed: int = 1,
    staff: int = 180,
    months: int = 24,
    usage_events: int = 40_000,
    end_month: datetime.date,
    profile: str = DEFAULT,
    faults_in_every_feed: bool = False,
) -> Samples:
    """Write `months` months of exports of about `staff` people, the last being the month `end_month` lies in.

    The use of resources has exactly `usage_events` rows, faulty ones included, beside the log that is connected late.
    The same arguments give the same bytes. `profile` names the kind of organisation: its services, and no file of a
    feed that it has no use for. A feed whose files have no room for a faulty row among a hundred has none, unless
    `faults_in_every_feed`.
    """
    if staff < 16 or months < 1 or usage_events < 0:
        raise ValueError("samples need at least 16 staff, 1 month and no fewer than 0 usage_events")
    covered = months_to(end_month, months)
    kind = load_profile(profile)
    teams = make_teams(staff, kind.services or SERVICE_NAMES)
    people = make_people(seed, staff, covered, teams)
    habits = resource_usage.make_habits(seed, people, teams)
    files: dict[str, list[Path]] = {"workforce": [], "supervision": [], "protected_time": [], "audits": []}
    files |= {"learning": [], "cpd": []}
    plans = []
    staffed: list[Staffed] = []
    connected: list[Path] = []
    rounds: list[Path] = []
    views: list[Path] = []
    for month in covered:
        present = in_post(people, month)
        staffed.append((month, present))
        files["workforce"].append(workforce.write_month(out / "workforce", month, present, teams))
        files["supervision"].append(supervision.write_month(out / "supervision", month, months, seed, present, teams))
        files["protected_time"].append(protected_time.write_month(out / "protected_time", month, seed, present, teams))
        files["audits"].append(audits.write_month(out / "audits", month, seed, present, teams))
        files["learning"].append(learning.write_month(out / "learning", month, seed, present))
        files["cpd"].append(cpd.write_month(out / "cpd", month, seed, present))
        connected += connected_log.write_month(out / "resource_usage" / "casebook", month, months, seed, present)
        rounds += pay_progression.write_month(out / "pay_progression", month, months, seed, present, teams, habits)
        views += manager_classification.write_month(out, month, months, seed, present, teams, habits)
        views += surveys.write_month(out / "surveys", month, seed, present, teams)
        views += workforce_census.write_month(out / "workforce_census", month, present)
        views += feedback.write_month(out / "feedback", month, seed, staff)
        for feed, made in workload.write_month(out, month, seed, present, teams).items():
            files.setdefault(feed, []).append(made)
        plans.append(resource_usage.plan_month(seed, month, months, present, teams, habits))
    rows = resource_usage.share_out(usage_events, plans)
    files["resource_usage"] = resource_usage.write_months(out / "resource_usage", seed, plans, rows)
    for feed in (*EVENTS, *WORKLOAD):
        files[feed] = with_history(files[feed])
    files["case_file_examples"] = portfolios.write_examples(out / "case_file_examples", covered, seed, rounds)
    views += portfolios.write_challenges(out / "challenges", covered, seed, rounds)
    organisation = Organisation(seed, staff, covered, teams, people, staffed)
    written = [
        *(path for feed in files.values() for path in feed),
        *connected,
        *rounds,
        *views,
        *(path for write_sample in _writers() for path in write_sample(out, organisation)),
    ]
    for path in written:
        if path.relative_to(out).parts[0] in kind.feeds_left_out:
            path.unlink()
    kept = [path for path in written if path.exists()]
    return Samples(kept, plant_faults(out, kept, seed, in_every_feed=faults_in_every_feed))


def _writers() -> Iterator[Callable[[Path, Organisation], list[Path]]]:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        write_sample = getattr(importlib.import_module(f"{__package__}.{module.name}"), "write_sample", None)
        if write_sample is not None:
            yield write_sample

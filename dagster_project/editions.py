"""Published editions, read again: which there are, what they show, whether their files are as they were.

Belongs here: finding an edition in the trees of its audiences, its figures, its hashes. Does not belong here: making
one (publishing), making its values again (edition_again).
"""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dagster_project.compared_groups import groups_of
from dagster_project.files import sha256
from dagster_project.home import Home
from dagster_project.problems import SettingsProblem
from dagster_project.statistics.disclosure import MetricValue

FIGURES = "figures.json"
MANIFEST = "manifest.json"
AUDIENCES = ("leadership", "practice", "staff")


def newest_edition(month_folder: Path) -> Path | None:
    editions = [path for path in month_folder.glob("[0-9]*") if (path / MANIFEST).exists()]
    return max(editions, key=lambda path: int(path.name), default=None)


def newest_up_to(home: Home, month: datetime.date) -> Path | None:
    """The newest edition of `month`, or else of the newest month before it that has one with figures."""
    for folder in sorted(home.published.glob("[0-9]*-[0-9]*"), reverse=True):
        edition = newest_edition(folder)
        if folder.name <= f"{month:%Y-%m}" and edition and (edition / FIGURES).exists():
            return edition
    return None


def name_of(edition: Path) -> str:
    """As in "2026-10/01"."""
    return f"{edition.parent.name}/{edition.name}"


def find_edition(home: Home, name: str) -> Path:
    """The edition of that name, of a month alone its newest; raises SettingsProblem with the names there are."""
    folder = home.published / name
    edition = folder if (folder / MANIFEST).exists() else newest_edition(folder)
    if edition is None or home.published.resolve() not in edition.resolve().parents:
        known = ", ".join(name_of(each) for each in all_editions(home)) or "none yet"
        raise SettingsProblem(f"There is no edition {name}. The editions are: {known}.")
    return edition


def all_editions(home: Home) -> list[Path]:
    return sorted(path.parent for path in home.published.glob("[0-9]*/[0-9]*/manifest.json"))


def edition_rows(home: Home) -> list[dict[str, Any]]:
    """One row an edition: who signed it, when, made of what."""
    return [
        {
            "edition": name_of(edition),
            "published_on": manifest.get("published_on"),
            "signed_off_by": manifest["signed_off_by"],
            "as_at": manifest["as_at"],
            "files_in": len(manifest["inputs"]),
            "code_version": manifest["code_version"],
            "fingerprint": manifest["fingerprint"][:12],
        }
        for edition in all_editions(home)
        for manifest in [read_manifest(edition)]
    ]


def read_manifest(edition: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((edition / MANIFEST).read_text("utf-8"))
    return found


def trees(home: Home, edition: Path) -> list[Path]:
    """The same edition in the tree of each audience that has it."""
    folders = [home.published_to(audience) / edition.parent.name / edition.name for audience in AUDIENCES]
    return [folder for folder in folders if (folder / MANIFEST).exists()]


def changed_files(home: Home, edition: Path) -> list[str]:
    """Each file of the edition that is not as it was published, in words; none where all are."""
    found = []
    for tree in trees(home, edition):
        outputs = read_manifest(tree)["outputs"]
        there = {path.relative_to(tree).as_posix(): path for path in tree.rglob("*") if path.is_file()}
        for name in sorted(outputs.keys() | there.keys() - {MANIFEST}):
            place = f"{tree.parents[1].name}/{name_of(tree)}/{name}"
            if name not in there:
                found.append(f"{place} is missing")
            elif name not in outputs:
                found.append(f"{place} was not published with it")
            elif sha256(there[name]) != outputs[name]:
                found.append(f"{place} was changed")
    return found


def figures_shown(home: Home, edition: Path) -> Iterator[dict[str, Any]]:
    """The figures.json of the edition in each tree."""
    for tree in trees(home, edition):
        if (tree / FIGURES).exists():
            yield json.loads((tree / FIGURES).read_text("utf-8"))


def values_shown(home: Home, month: datetime.date) -> list[MetricValue]:
    """The metric values that the newest edition up to `month` shows, as its readers know them; none before the first.

    And the groups of its comparisons, as values of their metrics.

    Those of all audiences together, for people may read more than one tree. Read by name, field by field: editions
    outlive the form in which later ones are written.
    """
    edition = newest_up_to(home, month)
    if edition is None:
        return []
    found: list[MetricValue] = []
    for shown in figures_shown(home, edition):
        values = [_value(each) for each in shown["values"] + shown["details"]]
        compared = [each | {"period_end": _day(each["period_end"])} for each in shown["associations"]]
        found += [*values, *(group.value for group in groups_of(compared, values))]
    return list(dict.fromkeys(found))


def _value(written: dict[str, object]) -> MetricValue:
    known = {name: written.get(name) for name in MetricValue.__dataclass_fields__}
    dates = {name: _day(written[name]) for name in ("period_start", "period_end")}
    return MetricValue(**(known | dates))  # type: ignore[arg-type]


def _day(written: object) -> datetime.date:
    return datetime.date.fromisoformat(str(written))

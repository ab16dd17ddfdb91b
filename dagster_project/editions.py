"""Published editions, read again: which is the newest, and what it shows.

Belongs here: finding an edition and its figures. Does not belong here: making one (publishing).
"""

import datetime
import json
from pathlib import Path

from dagster_project.home import Home
from dagster_project.statistics.disclosure import MetricValue

FIGURES = "figures.json"


def newest_edition(month_folder: Path) -> Path | None:
    editions = [path for path in month_folder.glob("[0-9]*") if (path / "manifest.json").exists()]
    return max(editions, key=lambda path: int(path.name), default=None)


def values_shown(home: Home, month: datetime.date) -> list[MetricValue]:
    """The metric values that the newest edition up to `month` shows, as its readers know them; none before the first.

    Read by name, field by field: editions outlive the form in which later ones are written.
    """
    for folder in sorted(home.published.glob("[0-9]*-[0-9]*"), reverse=True):
        edition = newest_edition(folder)
        if folder.name <= f"{month:%Y-%m}" and edition and (edition / FIGURES).exists():
            figures = json.loads((edition / FIGURES).read_text("utf-8"))
            return [_value(each) for each in figures["values"] + figures["details"]]
    return []


def _value(written: dict[str, object]) -> MetricValue:
    known = {name: written.get(name) for name in MetricValue.__dataclass_fields__}
    dates = {name: datetime.date.fromisoformat(str(written[name])) for name in ("period_start", "period_end")}
    return MetricValue(**(known | dates))  # type: ignore[arg-type]

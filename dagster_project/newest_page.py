"""The page that always opens the newest month of each audience.

Belongs here: which month is the newest, and pointing to it. Does not belong here: making editions (publishing).
"""

import datetime
from pathlib import Path

from dagster_project.editions import AUDIENCES, newest_edition
from dagster_project.home import Home


def point_to_newest(home: Home, as_at: datetime.date) -> None:
    """latest/index.html of each audience opens its newest month: its newest edition, or its notice where it has none.

    A notice of a month that has not ended as at this day does not count: a clock that was ahead may have published it.
    """
    from dashboards.build import build_latest

    for tree in (home.published_to(audience) for audience in AUDIENCES):
        target = newest_page(tree, as_at)
        if target is not None:
            latest = tree / "latest" / "index.html"
            part = latest.with_name(".index.part")
            part.parent.mkdir(parents=True, exist_ok=True)
            build_latest(part, "../" + target.relative_to(tree).as_posix(), home.settings.organisation)
            part.replace(latest)


def newest_page(tree: Path, as_at: datetime.date) -> Path | None:
    """The first page of the tree's newest edition, or the notice of a month that has none."""
    for month_folder in sorted(tree.glob("[0-9]*-[0-9]*"), reverse=True):
        edition = newest_edition(month_folder)
        target = edition / "index.html" if edition else month_folder / "held.html"
        if target.exists() and (edition or month_folder.name < f"{as_at:%Y-%m}"):
            return target
    return None

"""Pages about single people as they were issued: numbered folders that only their owner can open, never changed.

Belongs here: making an issue whole or not at all, finding the newest, until when it is kept. Does not belong here: what
its pages say.
"""

import datetime
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from dagster_project.files import sync_files, sync_folder

MANIFEST = "manifest.json"


def folder_name(name: str) -> str:
    """A round's name as the name of a folder: rounds of different names have different folders."""
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")
    return plain if plain == name else f"{plain[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def newest_issue(folder: Path) -> Path | None:
    found = [path for path in folder.glob("[0-9]*") if (path / MANIFEST).exists()]
    return max(found, key=lambda path: int(path.name), default=None)


def issue(
    folder: Path,
    files: Mapping[str, bytes],
    facts: Mapping[str, object],
    prints: Callable[[Path], None] | None = None,
) -> Path:
    """The next numbered issue under `folder`, or the newest where its facts and the hashes of its files are these.

    Built beside its place and renamed into it; folders 0700, files 0600. `prints` puts copies on paper of its files
    beside them.
    """
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = json.dumps({**facts, "files": hashes}, indent=1, sort_keys=True, default=str)
    newest = newest_issue(folder)
    if newest is not None and (newest / MANIFEST).read_text("utf-8") == manifest:
        return newest
    for part in reversed([folder, *folder.parents][: len(folder.parts)]):
        if not part.exists():
            part.mkdir(mode=0o700)
    target = folder / f"{int(newest.name) + 1 if newest else 1:02d}"
    part = folder / f".{target.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    for name, content in {**files, MANIFEST: manifest.encode()}.items():
        path = part / name
        path.touch(mode=0o600)
        path.write_bytes(content)
    if prints:
        prints(part)
    for path in part.iterdir():
        path.chmod(0o600)
    sync_files(part)
    part.replace(target)
    sync_folder(folder)
    return target


def facts_of(issued: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((issued / MANIFEST).read_text("utf-8"))
    return found


def people_in(issued: Path) -> list[str]:
    """Whom an issue is about, by page number."""
    found: list[str] = facts_of(issued)["people"]  # type: ignore[assignment]
    return found


def all_issues(tree: Path) -> list[Path]:
    return sorted(path.parent for path in tree.rglob(MANIFEST))


def is_kept(issued: Path, as_at: datetime.date) -> bool:
    """Whether its time, `keep_until`, has not passed."""
    return datetime.date.fromisoformat(str(facts_of(issued)["keep_until"])) >= as_at


def after_months(day: datetime.date, n_months: int) -> datetime.date:
    """The last day of the month `n_months` after that of `day`."""
    months = day.year * 12 + day.month - 1 + n_months + 1
    return datetime.date(months // 12, months % 12 + 1, 1) - datetime.timedelta(days=1)

"""The archive: every delivered file, sealed, by feed and content hash, with what is known of its delivery.

Belongs here: taking a file from the inbox so that a kill at any point loses nothing, and opening it again.
Does not belong here: reading what a file says (readers), what became of its rows (the warehouse's ledger).

A delivery is two sealed files: <hash>.age holds the file, <hash>.delivery.age who sent it, when, under which name. It
exists once the second is there; the inbox copy goes only after that.
"""

import datetime
import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dagster_project.files import sha256, sync_file, sync_folder, write_atomically
from dagster_project.home import Home
from dagster_project.identity.keys import Keys

DEFAULT_SENDER = "default"


@dataclass(frozen=True)
class Delivery:
    """One delivered file. `left_out` is why the archive's copy must not be loaded (held or withdrawn), else None.

    `has_passed`: its gate let it in, so it is loaded again without asking when the warehouse is made anew.
    `stored_as` names the sealed file where rows were taken out of it, which is then a plain table, and `layout` what it
    came in; the hash is that of what was delivered.
    """

    feed: str
    file_hash: str
    number: int
    sender: str
    file_name: str
    delivered_at: str
    left_out: str | None = None
    has_passed: bool = False
    stored_as: str | None = None
    layout: str | None = None


@dataclass(frozen=True)
class Landed:
    """What landing found in one feed's folder."""

    new: int = 0
    seen_before: int = 0
    still_changing: int = 0


def inbox_files(home: Home, feed: str) -> list[Path]:
    """The feed's files in the inbox, oldest first: inbox/<feed>/<file> or inbox/<feed>/<sender>/<file>.

    Hidden files and folders (a share's recycle bin) and the lock files of open workbooks are none.
    """
    folder = home.inbox / feed
    found = [path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_file()]
    files = [path for path in found if not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, str(path)))


def land(home: Home, overtaken: Mapping[str, Collection[str]], keys: Keys) -> dict[str, Landed]:
    """Seal the settled inbox files of the feeds in `overtaken` into the archive and take them out of the inbox.

    A file already archived is a repeat and only taken out, unless it had been held or withdrawn, or is one of the
    feed's `overtaken` hashes (refused, or superseded since): sent again, it is a new delivery.
    """
    found = {feed: inbox_files(home, feed) for feed in overtaken}
    steady = settled([path for files in found.values() for path in files], home.settings.settle_seconds)
    return {feed: _land_feed(home, feed, keys, files, steady, overtaken[feed]) for feed, files in found.items()}


def settled(files: list[Path], settle_seconds: float) -> dict[Path, tuple[int, int]]:
    """Those of `files` that nobody is writing, and how they look: unchanged for `settle_seconds`, waited for once."""
    looks = {path: _look(path) for path in files}
    if any(time.time() - path.stat().st_mtime < settle_seconds for path in files):
        time.sleep(settle_seconds)
    return {path: look for path, look in looks.items() if path.exists() and _look(path) == look}


def _look(path: Path) -> tuple[int, int]:
    return path.stat().st_size, path.stat().st_mtime_ns


def _land_feed(
    home: Home,
    feed: str,
    keys: Keys,
    files: list[Path],
    steady: Mapping[Path, tuple[int, int]],
    overtaken: Collection[str],
) -> Landed:
    known = {delivery.file_hash: delivery for delivery in deliveries(home, feed, keys)}
    number = max((delivery.number for delivery in known.values()), default=0)
    newest = max((delivery.delivered_at for delivery in known.values()), default="")
    new: dict[Path, Delivery] = {}
    steady_here = [path for path in files if path in steady]
    with ThreadPoolExecutor() as threads:
        hashes = list(threads.map(sha256, steady_here))
        for path, file_hash in zip(steady_here, hashes, strict=True):
            if not _is_repeat(file_hash, known, overtaken):
                sender = _readable(path.parent.name) if path.parent != home.inbox / feed else DEFAULT_SENDER
                newest = moment_after(newest)
                number += 1
                known[file_hash] = Delivery(feed, file_hash, number, sender, _readable(path.name), newest)
                new[path] = known[file_hash]
        contents = {delivery.file_hash: (path, delivery) for path, delivery in new.items()}
        list(threads.map(lambda one: _seal_content(home, keys, *one), contents.values()))
    for path in steady_here:
        if path in new:  # in order, and after all content: of a killed landing those are there that came first
            write_delivery(home, keys, new[path])
        if _look(path) == steady[path]:  # else it was written to after all: the next run takes what it has become
            path.unlink()
    return Landed(len(new), len(steady_here) - len(new), len(files) - len(steady_here))


def land_as(home: Home, keys: Keys, feed: str, delivery: Delivery, clear: Path, overtaken: Collection[str]) -> None:
    """Seal a file that came as `delivery`, and lies in clear at `clear`, as one of `feed`, unless it is a repeat."""
    known = {each.file_hash: each for each in deliveries(home, feed, keys)}
    if _is_repeat(delivery.file_hash, known, overtaken):
        return
    number = max((each.number for each in known.values()), default=0) + 1
    newest = moment_after(max((each.delivered_at for each in known.values()), default=""))
    _seal(home, keys, clear, replace(delivery, feed=feed, number=number, delivered_at=newest, has_passed=False))


def _is_repeat(file_hash: str, known: Mapping[str, Delivery], overtaken: Collection[str]) -> bool:
    return file_hash in known and known[file_hash].left_out is None and file_hash not in overtaken


def moment_after(newest: str) -> str:
    """Now, as UTC to the microsecond; just after `newest` where the clock was ahead: the later delivery must win."""
    now = datetime.datetime.now(datetime.UTC)
    if newest:
        now = max(now, datetime.datetime.fromisoformat(newest) + datetime.timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def _readable(name: str) -> str:
    """A file name as text: Linux lets any bytes be one, and old archives unpack to names that are no UTF-8."""
    return os.fsencode(name).decode(errors="replace")


def _seal(home: Home, keys: Keys, path: Path, delivery: Delivery) -> None:
    _seal_content(home, keys, path, delivery)
    write_delivery(home, keys, delivery)


def _seal_content(home: Home, keys: Keys, path: Path, delivery: Delivery) -> None:
    folder = home.archive / delivery.feed
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{delivery.file_hash}.part"
    keys.seal_file(path, part)
    sync_file(part)
    part.replace(folder / f"{delivery.file_hash}.age")
    sync_folder(folder)


def _note(home: Home, feed: str, file_hash: str) -> Path:
    return home.archive / feed / f"{file_hash}.delivery.age"


def write_delivery(home: Home, keys: Keys, delivery: Delivery) -> None:
    write_atomically(
        _note(home, delivery.feed, delivery.file_hash), keys.seal_bytes(json.dumps(asdict(delivery)).encode())
    )


def read_delivery(home: Home, feed: str, file_hash: str, keys: Keys) -> Delivery | None:
    path = _note(home, feed, file_hash)
    if not path.exists():
        return None
    return Delivery(**json.loads(keys.open_bytes(path.read_bytes(), f"the archive of {feed}")))


def deliveries(home: Home, feed: str, keys: Keys) -> list[Delivery]:
    """Every delivery of the feed, in the order in which they came."""
    return sorted(_all(home, feed, keys), key=lambda delivery: delivery.number)


def _all(home: Home, feed: str, keys: Keys) -> Iterator[Delivery]:
    for path in sorted((home.archive / feed).glob("*.delivery.age")):
        found = read_delivery(home, feed, path.name.split(".")[0], keys)
        if found is not None:
            yield found


def mark_passed(home: Home, keys: Keys, delivery: Delivery) -> None:
    """Write down that the delivery's gate let it in."""
    write_delivery(home, keys, replace(delivery, has_passed=True))


def unclaimed(home: Home, feeds: Collection[str]) -> list[Path]:
    """Folders of the inbox with files that no feed takes: misspelt feeds, files beside the feeds, folders too deep."""
    taken = {path for feed in feeds for path in inbox_files(home, feed)}
    files = [path for path in home.inbox.rglob("*") if path.is_file() and path not in taken]
    return sorted({path.parent for path in files if not path.name.startswith((".", "~$"))})


def leave_out(home: Home, keys: Keys, delivery: Delivery, why: str) -> None:
    """Mark a delivery so that it is not loaded, also not by a rebuild, until its file is delivered again."""
    write_delivery(home, keys, replace(delivery, left_out=why))


def open_archived(home: Home, keys: Keys, delivery: Delivery, folder: Path) -> Path:
    """The delivered file in clear inside the private `folder`, under its hash and its own suffix."""
    clear = folder / (delivery.file_hash[:16] + Path(delivery.file_name).suffix.lower())
    keys.open_file(content_path(home, delivery), clear)
    return clear


def content_path(home: Home, delivery: Delivery) -> Path:
    """The sealed file of a delivery; it is gone once its retention has ended."""
    return home.archive / delivery.feed / (delivery.stored_as or f"{delivery.file_hash}.age")

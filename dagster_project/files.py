"""Files that appear whole or not at all.

Belongs here: atomic writing, hashing, private temporary folders. Does not belong here: what the files hold.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` so that a reader, or a kill, sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make the content of `path` survive a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_files(folder: Path) -> None:
    """Make everything in `folder` survive a power cut."""
    for path in [*folder.rglob("*"), folder]:
        sync_folder(path) if path.is_dir() else sync_file(path)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def private_folder(inside: Path) -> Iterator[Path]:
    """A folder only its owner can read, gone after the block. Leftovers of a killed run are removed first."""
    inside.mkdir(parents=True, exist_ok=True)
    for left in inside.glob("clear-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="clear-", dir=inside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

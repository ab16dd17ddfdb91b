"""The command line in a process of its own that can be killed.

Belongs here: starting, watching and killing it, and what may be wrong with its disk. Does not belong here: any claim.
"""

import contextlib
import ctypes
import functools
import os
import resource
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.process import started

CAPABILITIES_V3, OVERRIDES = 0x20080522, 0b110  # linux/capability.h: the two by which root passes over file modes
PATIENCE, MOMENT = 600, 5  # seconds: nothing here takes as long as the first; dbt looks for its run every 0.2


@dataclass(frozen=True)
class Disk:
    """`biggest_file` in bytes: writing more fails as on a full disk. `obeys_modes`: also for root, as for everybody."""

    biggest_file: int | None = None
    obeys_modes: bool = False


GOOD_DISK = Disk()


class Command:
    """`practice-metrics` with `arguments`, started."""

    def __init__(self, said: Path, *arguments: str | Path, disk: Disk = GOOD_DISK) -> None:
        self.said_file = said
        said.write_text("")
        self.process = started([str(each) for each in arguments], said, said, before=functools.partial(_spoil, disk))

    @property
    def said(self) -> str:
        return self.said_file.read_text("utf-8")

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, self.said
        return self.process.exitcode

    def wait_for(self, condition: Callable[[], object], look_every: float = 0.1) -> None:
        """Wait until it is where a test wants it; fails where it ends before. `look_every` in seconds."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.is_alive(), self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(look_every)

    def holds_in_dbt(self, warehouse: Path) -> bool:
        """Whether a child of it has the warehouse file open."""
        with contextlib.suppress(psutil.Error):
            return any(has_open(child, warehouse) for child in psutil.Process(self.process.pid).children())
        return False

    def kill(self) -> None:
        """End the process, and only it, at once; then give what it started a moment to go."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        assert self.ended() < 0
        psutil.wait_procs(children, timeout=MOMENT)


def still_runs(process: psutil.Process) -> bool:
    """Whether it does anything; one that ended may be listed until somebody asks how."""
    with contextlib.suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def has_open(process: psutil.Process, path: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return any(Path(file.path) == path for file in process.open_files())
    return False


def _spoil(disk: Disk) -> None:
    if disk.biggest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (disk.biggest_file, disk.biggest_file))
    if disk.obeys_modes and os.geteuid() == 0:
        _take_roots_override()


def _take_roots_override() -> None:
    """Let file modes hold for root too."""
    libc, header, sets = ctypes.CDLL(None), struct.pack("Ii", CAPABILITIES_V3, 0), ctypes.create_string_buffer(24)
    libc.capget(header, sets)
    effective, *others = struct.unpack("6I", sets)
    assert libc.capset(header, struct.pack("6I", effective & ~OVERRIDES, *others)) == 0

"""A home: the folder that holds one organisation's inbox, archive, warehouse and editions.

Belongs here: where everything is, making a new home, and the lock that lets one run write at a time.
Does not belong here: what the files say (settings), what the warehouse holds (warehouse).
"""

import datetime
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dagster_project.exports.instruments import Items, items_of
from dagster_project.identity.keys import Keys, make_key_file, read_key_file
from dagster_project.problems import KeyProblem, SettingsProblem, WarehouseBusy
from dagster_project.settings import Assessment, Joins, Settings, config_text, load_assessment, load_settings
from dagster_project.storage import problems_told

REMOTE_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "drvfs", "fuse.sshfs", "afpfs", "webdav", "davfs", "afs")

PATIENCE = 1  # seconds a writer waits, so that a command that only asks who holds the warehouse is never in its way

ASSESSMENT_TEMPLATE = """\
# The data protection impact assessment under which use of evidence may be counted per person.
# Fill in and rename to assessment.yml. Without it the feeds marked `monitoring: true` stay off; the rest works.
reference: ""            # the assessment's own number
approved_by_role: ""     # a role, not a name
approved_on: 2026-01-31
review_due: 2027-01-31
staff_consulted_on: 2026-01-15
notice_given_on: 2026-02-01   # rows dated before this day are refused
joins:                        # recorded use beside HR records; each stays off until it is true
  use_by_progression: false       # the share who progressed, by use of evidence in the year before
  use_by_staying: false           # the share who stayed, by use of evidence in the year before
  use_in_hr_pack: false           # an applicant's days of use by month and type, where that is their route
  use_by_protected_group: false   # regular use in the yearly fairness report
"""


@dataclass(frozen=True)
class Home:
    """Paths of a home. Only `inbox` may be on a network share."""

    root: Path

    config = property(lambda self: self.root / "config.yml")
    inbox = property(lambda self: self.root / "inbox")
    archive = property(lambda self: self.root / "archive")
    rejected = property(lambda self: self.root / "rejected")
    drafts = property(lambda self: self.root / "drafts")
    published = property(lambda self: self.published_to("leadership"))
    warehouse = property(lambda self: self.root / "warehouse" / "warehouse.duckdb")
    lock = property(lambda self: self.root / "warehouse" / "writer.lock")
    vault = property(lambda self: self.root / "vault" / "vault.age")
    state = property(lambda self: self.root / "state")
    status = property(lambda self: self.root / "state" / "status.json")
    read_copy = property(lambda self: self.root / "state" / "read_copy.duckdb")
    hr = property(lambda self: self.root / "hr")
    own_pages = property(lambda self: self.root / "own_pages")
    policies = property(lambda self: self.root / "progression_policy")
    logs = property(lambda self: self.root / "logs")

    def published_to(self, audience: str) -> Path:
        """The tree of one audience; editions of a month have the same number in each."""
        return self.root / "published" / audience

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.config)

    @cached_property
    def assessment(self) -> Assessment | None:
        return load_assessment(self.root / "assessment.yml")

    def joins(self, as_at: datetime.date) -> dict[str, bool]:
        """Each switch of assessment.yml for a join of recorded use with HR records: on only while it is current."""
        if self.assessment is None or not self.assessment.is_current(as_at):
            return dict.fromkeys(Joins.model_fields, False)
        return self.assessment.joins.model_dump()

    @cached_property
    def survey_items(self) -> Items:
        """The questions surveys may ask: ours, and those of the home's own instruments."""
        return items_of(self.root / "instruments")

    @cached_property
    def keys(self) -> Keys:
        """The home's keys; raises KeyProblem where the file is missing, readable by others or not a key file."""
        return read_key_file(self.key_path)

    @property
    def key_path(self) -> Path:
        """Where the key file is said to be; raises KeyProblem where nobody says."""
        named = os.environ.get("PRACTICE_METRICS_KEY_FILE") or self.settings.key_file
        if not named:
            raise KeyProblem(
                f"no key file: set PRACTICE_METRICS_KEY_FILE, or key_file in {self.config}, to the file `init` made"
            )
        path = Path(named)
        return path if path.is_absolute() else self.root / path


def open_home(root: Path) -> Home:
    """The home at `root`; raises SettingsProblem where it is none or its warehouse is not on a local disk."""
    home = Home(root.absolute())
    if not home.config.is_file():
        raise SettingsProblem(
            f"{root} is not a home: it holds no config.yml. `practice-metrics init {root}` makes one."
        )
    _ = home.settings, home.assessment, home.survey_items  # a mistake in either is reported before any work is done
    file_system = remote_file_system(home.warehouse.parent)
    if file_system:
        raise SettingsProblem(
            f"{home.root} is on a network file system ({file_system}). The warehouse must be on a local disk; "
            "only the inbox may be on a share."
        )
    return home


def make_home(root: Path, values: dict[str, object], *, may_reuse_key: bool = False) -> Home:
    """A new home at `root` with `values` in its config.yml, and a key file beside it; refuses to overwrite either."""
    home = Home(root.absolute())
    if home.config.exists():
        raise SettingsProblem(f"{root} already holds a config.yml; nothing was changed")
    key_file = home.root.with_name(home.root.name + ".key")
    key_file.parent.mkdir(parents=True, exist_ok=True)
    if not (may_reuse_key and key_file.exists()):
        make_key_file(key_file)
    private = [
        home.archive,
        home.rejected,
        home.drafts,
        home.warehouse.parent,
        home.vault.parent,
        home.state,
        home.logs,
    ]
    for folder in [home.inbox, home.published, *private]:
        folder.mkdir(parents=True, exist_ok=True)
    for folder in private:
        folder.chmod(0o700)
    (home.root / "assessment.example.yml").write_text(ASSESSMENT_TEMPLATE, encoding="utf-8")
    home.config.write_text(config_text({"key_file": f"../{key_file.name}", **values}), encoding="utf-8")
    return home


def remote_file_system(path: Path) -> str | None:
    """The kind of network file system `path` is on, None on a local disk."""
    import psutil

    target = os.path.realpath(path)
    mounts = [
        (len(p.mountpoint), order, p.fstype.casefold())  # of two on one mount point, the later hides the earlier
        for order, p in enumerate(psutil.disk_partitions(all=True))
        if target == p.mountpoint or target.startswith(p.mountpoint.rstrip("/") + "/")
    ]
    kind = max(mounts, default=(0, 0, ""))[2]
    return kind if kind.startswith(REMOTE_FILE_SYSTEMS) else None


@contextmanager
def writing(home: Home, command: str) -> Iterator[None]:
    """Hold the home's only writing place while in the block; raises WarehouseBusy naming the holder.

    The operating system frees the lock when its holder dies. The same process may enter again. What the disk does to
    the block is raised as StorageProblem.
    """
    with problems_told(), _locked(home, command):
        yield


@contextmanager
def _locked(home: Home, command: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    holder = home.lock.with_suffix(".json")
    home.lock.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.lock, timeout=PATIENCE, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise WarehouseBusy(f"the warehouse is held by {holder_text(home)}") from None
    try:
        if lock.lock_counter == 1:
            since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            holder.write_text(json.dumps({"command": command, "process": os.getpid(), "since": since}), "utf-8")
        yield
    finally:
        if lock.lock_counter == 1:
            holder.unlink(missing_ok=True)
        lock.release()


def holder_text(home: Home) -> str:
    """Who holds the warehouse, in words."""
    try:
        held = json.loads(home.lock.with_suffix(".json").read_text("utf-8"))
        return f"`{held['command']}` (process {held['process']}, since {held['since']})"
    except (OSError, ValueError, KeyError):
        return "another run"


def is_held(home: Home) -> bool:
    """Whether a run holds the warehouse now; leaves its holder's name alone."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(home.lock, timeout=0):
            return False
    except Timeout:
        return True

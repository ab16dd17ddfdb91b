"""`make soak`: runs of a small home that are killed at random moments, and the count of differences they leave.

Belongs here: many kills of real runs, wherever they come. Does not belong here: claims about one step (tests/faults).

In each round a copy of a home that has published an edition gets one file after the other, and the run after each file
is killed. Then a run is left alone: it must publish what a home published whose run nobody killed.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from dagster_project.home import Home, make_home
from tests.council import council
from tests.faults import survival
from tests.faults.command import still_runs

BEFORE = ["workforce/2026-08.csv", "workforce/2026-09.csv", "workforce/2026-10.csv", "resource_usage/2026-08.csv"]
ARRIVING = [
    "resource_usage/2026-09.csv", "supervision/2026-10.csv", "manager_classification/2026-09.csv",
    "protected_time/2026-10.csv", "surveys/2026_autumn.csv", "surveys/2026_autumn_corrected.csv", "audits/2026-10.csv",
    "resource_usage/2026-10.csv",
]  # fmt: skip
RUN = [sys.executable, "-m", "dagster_project.cli", "run", "--month", "2026-10", "--as-at", "2026-11-22"]
READY = "s  ready"  # from this line on, a run does something
PATIENCE = 10  # seconds that what a killed run started may live on


@dataclass
class Soak:
    """A home in `folder`/work, as it was before any round in `folder`/before, and what was found so far."""

    folder: Path
    seconds: float = 0
    expected: survival.Values = field(default_factory=list)
    n_kills: int = 0
    n_ended: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def home(self) -> Home:
        return Home(self.folder / "work" / "home")

    def prepare(self) -> None:
        """Publish the first edition; find out what a run left alone publishes, and how long it works."""
        home = make_home(self.home.root, {**council.CONFIG, "sign_off": "automatic"})
        council.write_assessment(home.root)
        self.deliver(BEFORE)
        self.run_to_its_end()
        shutil.copytree(self.folder / "work", self.folder / "before", symlinks=True)
        self.deliver(ARRIVING)
        self.seconds = self.run_to_its_end()
        self.expected = survival.published_values(home)

    def deliver(self, names: list[str]) -> None:
        for name in names:
            council.write_export(council.EXPORTS / name, self.home.inbox, (BEFORE + ARRIVING).index(name))

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "said").open("wb") as said:
            return subprocess.Popen([*RUN, "--home", str(self.home.root)], stdout=said, stderr=said)

    def said(self) -> str:
        return (self.folder / "said").read_text("utf-8")

    def wait_until_ready(self, run: subprocess.Popen[bytes]) -> None:
        while READY not in self.said() and run.poll() is None:
            time.sleep(0.01)

    def run_to_its_end(self) -> float:
        """Leave a run alone; how many seconds it worked. What goes wrong is a difference."""
        run = self.start()
        self.wait_until_ready(run)
        start = time.monotonic()
        if run.wait() != 0:
            self.differences.append(f"a run left alone ended with {run.returncode}: {self.said()}")
        return time.monotonic() - start

    def round(self, kills: list[float]) -> None:
        """One file and one kill for each of `kills`, the moment as a share of a run's work; then a run to its end."""
        shutil.rmtree(self.folder / "work")
        shutil.copytree(self.folder / "before", self.folder / "work", symlinks=True)
        for name, moment in zip(ARRIVING, kills, strict=False):
            self.deliver([name])
            self.kill_a_run(moment)
            self.look()
        self.deliver(ARRIVING[len(kills) :])
        self.run_to_its_end()
        self.look()
        if survival.published_values(self.home) != self.expected:
            self.differences.append("the published values differ from those of a run left alone")

    def kill_a_run(self, moment: float) -> None:
        run = self.start()
        self.wait_until_ready(run)
        try:
            if run.wait(moment * self.seconds) != 0:
                self.differences.append(f"a run ended with {run.returncode}: {self.said()}")
            self.n_ended += 1
            what = "a run ended before its kill"
        except subprocess.TimeoutExpired:
            children = psutil.Process(run.pid).children(recursive=True)
            run.kill()
            run.wait()
            self.n_kills += 1
            what = f"kill {self.n_kills}"
            _, left = psutil.wait_procs(children, PATIENCE)
            self.differences += [f"{child} outlived its run" for child in left if still_runs(child)]
        lines = [line for line in self.said().splitlines() if "s  " in line]
        print(f"{what} at {moment * self.seconds:5.1f} s, after: {lines[-1].strip() if lines else '-'}")

    def look(self) -> None:
        """Every edition as published, and readable figures."""
        manifests = self.home.published.glob("*/*/manifest.json")
        editions = sorted(path.parent.relative_to(self.home.published).as_posix() for path in manifests)
        self.differences += survival.unreadable(self.home, editions)
        self.differences += [f"process {pid} holds the warehouse" for pid in survival.holders(self.home)]
        if "2026-10/01" not in editions or not survival.published_values(self.home):
            self.differences.append("the first edition, or every figure, is gone")


def main(n_kills: int) -> int:
    seed = random.SystemRandom().randrange(10**6)
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder))
        soak.prepare()
        print(f"seed {seed}; a run works for {soak.seconds:.0f} s")
        while soak.n_kills < n_kills and not soak.differences:
            soak.round([draw.random() for _ in range(min(len(ARRIVING), n_kills - soak.n_kills))])
    for difference in soak.differences:
        print(difference)
    print(f"{soak.n_kills} kills ({soak.n_ended} runs ended before theirs): {len(soak.differences)} differences")
    return 1 if soak.differences else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

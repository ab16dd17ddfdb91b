"""The models as dbt read them, which takes it a dozen seconds: read once at the install, then taken by every home.

Belongs here: when dbt must read the models anew, and starting it for that. Does not belong here: what it is told
(dbt_call), running the models (defs/transform).

A home with thresholds of its own has the models read for it, once; so has every home after a change of the code.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from dagster_project import dbt_call
from dagster_project.code_version import code_version
from dagster_project.dbt_call import DBT_DIR, EXECUTABLE, QUIET_LOG
from dagster_project.dbt_child import WAREHOUSE
from dagster_project.exports.contract import Contract, load_contracts
from dagster_project.files import write_atomically
from dagster_project.home import Home

AT_INSTALL = DBT_DIR / "target"
SOURCES = AT_INSTALL / "generated" / "sources.yml"  # a model-path of dbt_project.yml
PARTS = ("manifest.json", "partial_parse.msgpack", "stamp")  # the stamp last: where it is, the others are


def write_sources(contracts: Iterable[Contract], path: Path = SOURCES) -> None:
    """Write sources.yml where dbt looks for it, if it differs from what is there."""
    text = yaml.safe_dump(dbt_call.sources(contracts), sort_keys=False).encode()
    if not path.exists() or path.read_bytes() != text:
        write_atomically(path, text)


def start_parse(home: Home) -> subprocess.Popen[bytes] | None:
    """Start reading the models into `home`, so that the caller can do other work; None where they are there."""
    write_sources(load_contracts().values())
    stamp = stamp_of(home.settings.thresholds)
    if is_of(dbt_call.target(home), stamp):
        return None
    dbt_call.target(home).mkdir(parents=True, exist_ok=True)
    (dbt_call.target(home) / "stamp").unlink(missing_ok=True)
    if is_of(AT_INSTALL, stamp):
        for part in PARTS:
            shutil.copyfile(AT_INSTALL / part, dbt_call.target(home) / part)
        return None
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "dbt_parse.log").open("wb") as log:
        return subprocess.Popen(
            parse_command(home.settings.thresholds),
            env=os.environ | dbt_call.environment(home), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip


def finish_parse(home: Home, process: subprocess.Popen[bytes] | None) -> Path:
    """Wait for `start_parse`; the manifest's path. Raises RuntimeError where dbt could not read the models."""
    if process is not None:
        if process.wait() != 0:
            raise RuntimeError(f"dbt could not read the models; see {home.logs / 'dbt_parse.log'}")
        write_atomically(dbt_call.target(home) / "stamp", stamp_of(home.settings.thresholds).encode())
    return manifest_path(home)


def manifest_path(home: Home) -> Path:
    return dbt_call.target(home) / "manifest.json"


def stamp_of(overrides: Mapping[str, object]) -> str:
    """What the models as read depend on."""
    return f"{code_version()} {dbt_call.variables(overrides)} {DBT_DIR}"


def is_of(folder: Path, stamp: str) -> bool:
    file = folder / "stamp"
    return file.exists() and file.read_text("utf-8") == stamp


def parse_command(overrides: Mapping[str, object]) -> list[str]:
    return [str(EXECUTABLE), "--no-use-colors", "parse", "--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR),
            *QUIET_LOG, "--vars", dbt_call.variables(overrides)]  # fmt: skip


def main() -> None:
    """Read the models for homes with the thresholds as they come. Called at the install, and before a month is run."""
    write_sources(load_contracts().values())
    stamp = stamp_of({})
    if is_of(AT_INSTALL, stamp):
        return
    print("Reading the models, once", flush=True)
    (AT_INSTALL / "stamp").unlink(missing_ok=True)
    folders = dict.fromkeys(("DBT_TARGET_PATH", "DBT_LOG_PATH"), str(AT_INSTALL))
    environment = os.environ | folders | {WAREHOUSE: str(AT_INSTALL / "warehouse.duckdb")}
    subprocess.run(parse_command({}), check=True, env=environment, stdout=subprocess.DEVNULL)
    write_atomically(AT_INSTALL / "stamp", stamp.encode())


if __name__ == "__main__":
    main()

"""Which code made a figure: one hash over everything that can change a published value or page.

Belongs here: that hash. Does not belong here: the version people give a release (pyproject.toml).
"""

import functools
import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("dagster_project", "dbt", "expectations", "dashboards")
SUFFIXES = {".py", ".sql", ".yml", ".j2", ".css", ".js"}


@functools.cache
def code_version() -> str:
    """12 hexadecimal digits over the code, contracts, models, suites and templates, and requirements.lock."""
    paths = [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and "__pycache__" not in path.parts and "target" not in path.parts
    ]
    digest = hashlib.sha256()
    for path in sorted([*paths, ROOT / "requirements.lock"]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]

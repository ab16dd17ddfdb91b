"""The vault: direct identifiers by pseudonym, in one sealed file opened only in memory.

Belongs here: adding what a delivery brings. Does not belong here: any use of a name; the warehouse never sees one.
"""

import json
from pathlib import Path

from dagster_project.files import write_atomically
from dagster_project.identity.keys import Keys


def open_vault(path: Path, keys: Keys) -> dict[str, dict[str, str]]:
    """{person_id: {identifier: value}}; empty where there is no vault yet; raises KeyProblem on another key's."""
    if not path.exists():
        return {}
    people: dict[str, dict[str, str]] = json.loads(keys.open_bytes(path.read_bytes(), "the vault"))
    return people


def add_to_vault(path: Path, keys: Keys, people: dict[str, dict[str, str]]) -> None:
    """Add `people` to the vault; a newer value replaces an older one, an empty one replaces nothing."""
    held = open_vault(path, keys)
    merged = {person: {**held.get(person, {}), **new} for person, new in people.items()}
    if all(held.get(person) == entry for person, entry in merged.items()):
        return
    sealed = keys.seal_bytes(json.dumps({**held, **merged}, sort_keys=True).encode())
    write_atomically(path, sealed)

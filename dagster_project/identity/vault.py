"""The vault: direct identifiers by pseudonym, in one sealed file opened only in memory; every opening is written down.

Belongs here: adding what a delivery brings, giving names out to whoever says why, taking somebody out. Does not belong
here: any use of a name; the warehouse never sees one.
"""

import datetime
import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from dagster_project.files import write_atomically
from dagster_project.identity.keys import Keys
from dagster_project.problems import KeyProblem

ACCESS_LOG = "access.jsonl"
FORMER = "former_pseudonyms"  # of an entry: what the person was known by under earlier keys, with spaces between
People = dict[str, dict[str, str]]


def open_vault(path: Path, keys: Keys, *, role: str, why: str, people: Collection[str] | None = None) -> People:
    """{person_id: {identifier: value}} of `people` (None: all); empty where there is no vault yet.

    Who opened it and why is in access.jsonl beside it before anybody has a name. Raises KeyProblem on another key's.
    """
    if not path.exists():
        return {}
    held: People = json.loads(keys.open_bytes(path.read_bytes(), "the vault"))
    given = held if people is None else {person: held[person] for person in people if person in held}
    _write_down(path.with_name(ACCESS_LOG), role, why, len(given))
    return given


def former_pseudonyms(entry: Mapping[str, str]) -> list[str]:
    return entry.get(FORMER, "").split()


def rekey_vault(path: Path, keys: Keys, known: Collection[str], *, role: str) -> None:
    """Every entry under the newest layer, with the link from its old pseudonym, sealed anew; done once only.

    `known` are people of the warehouse, whose links are kept too where the vault has no name of theirs.
    """
    if is_sealed_anew(path, keys):
        return
    held = open_vault(path, keys, role=role, why="change of the keys")
    linked: People = {}
    for old in {*held, *known}:
        entry = linked[keys.rotated(old)] = dict(held.get(old, {}))
        if old.startswith("p"):
            entry[FORMER] = " ".join([*former_pseudonyms(entry), old])
    _seal(path, keys, linked)


def is_sealed_anew(path: Path, keys: Keys) -> bool:
    """Whether a sealed file opens with the new seal of a rotation alone."""
    if not path.exists():
        return False
    try:
        keys.without_former.open_bytes(path.read_bytes(), path.name)
    except KeyProblem:
        return False
    return True


def add_to_vault(path: Path, keys: Keys, people: People) -> None:
    """Add `people` to the vault; a newer value replaces an older one, an empty one replaces nothing."""
    held = open_vault(path, keys, role="the run", why="adding the people of new deliveries")
    merged = {person: {**held.get(person, {}), **new} for person, new in people.items()}
    if all(held.get(person) == entry for person, entry in merged.items()):
        return
    _seal(path, keys, {**held, **merged})


def take_out_of_vault(path: Path, keys: Keys, people: Collection[str], *, role: str, why: str) -> int:
    """Take `people` out; how many were in."""
    held = open_vault(path, keys, role=role, why=why)
    left = {person: entry for person, entry in held.items() if person not in people}
    if len(left) < len(held):
        _seal(path, keys, left)
    return len(held) - len(left)


def _seal(path: Path, keys: Keys, people: People) -> None:
    write_atomically(path, keys.seal_bytes(json.dumps(people, sort_keys=True).encode()))


def _write_down(log: Path, role: str, why: str, n_people: int) -> None:
    when = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    line = json.dumps({"when": when, "account": os.getuid(), "role": role, "why": why, "n_people": n_people})
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())

"""Protected characteristics: in one sealed file, under a key and pseudonyms of their own.

Belongs here: taking them in, opening them, taking somebody out. Does not belong here: what is made of them (fairness).
They never reach the warehouse or the archive, and without the vault nobody knows whose they are.
"""

import datetime
import json
import os
from collections.abc import Collection
from pathlib import Path

import duckdb

from dagster_project import warehouse
from dagster_project.exports.archive import inbox_files
from dagster_project.exports.contract import Contract
from dagster_project.exports.read import read_file
from dagster_project.files import private_folder, write_atomically
from dagster_project.home import Home
from dagster_project.identity.keys import Keys, begin_rotation, make_key_file, read_key_file, replace_key_file
from dagster_project.identity.vault import is_sealed_anew
from dagster_project.problems import SettingsProblem
from dagster_project.purposes import SEALED_FEED
from dagster_project.typed_yaml import load_typed_yaml

FEED = SEALED_FEED
TRAITS = ("sex", "age_band", "ethnicity", "disability", "religion")
NOT_KNOWN = "not known"
Sealed = dict[str, dict[str, str]]


def contract() -> Contract:
    return load_typed_yaml(Path(__file__).with_name(f"{FEED}.yml"), Contract)


def sealed_file(home: Home) -> Path:
    return home.vault.with_name("equality.age")


def key_path(home: Home) -> Path:
    """PRACTICE_METRICS_EQUALITY_KEY_FILE, or beside the home's own key."""
    named = os.environ.get("PRACTICE_METRICS_EQUALITY_KEY_FILE")
    return Path(named) if named else home.root.with_name(f"{home.root.name}.equality.key")


def open_characteristics(home: Home) -> tuple[Sealed, Keys | None]:
    """{pseudonym: {trait: answer}} and the keys; empty where nothing was ever taken in. Raises KeyProblem."""
    if not sealed_file(home).exists():
        return {}, None
    keys = read_key_file(key_path(home))
    return json.loads(keys.open_bytes(sealed_file(home).read_bytes(), "the protected characteristics")), keys


def take_in(home: Home) -> int:
    """Seal the files of inbox/protected_characteristics and take them out of the inbox; how many.

    The key file is made with the first of them. Raises SettingsProblem where one is refused; it then stays.
    """
    files = inbox_files(home, FEED)
    if not files:
        return 0
    if not sealed_file(home).exists() and not key_path(home).exists():
        make_key_file(key_path(home))
    keys = read_key_file(key_path(home))
    held, _ = open_characteristics(home)
    for path in files:
        for person, answers in answers_in(home, path, keys).items():
            if answers["recorded_on"] >= held.get(person, {}).get("recorded_on", ""):
                held[person] = answers
    seal(home, held, keys)
    for path in files:
        path.unlink()
    return len(files)


def answers_in(home: Home, path: Path, keys: Keys) -> Sealed:
    with private_folder(home.state) as folder, duckdb.connect(config=warehouse.OFFLINE) as connection:
        reading = read_file(connection, path, contract(), folder, max_rejected_share=0)
        if reading.refusal is not None:
            raise SettingsProblem(f"A file of {FEED} was refused and stays in the inbox: {reading.refusal.message}")
        rows = connection.execute(f"select person_id, recorded_on, {', '.join(TRAITS)} from typed_rows").fetchall()
    return {
        keys.person_id(staff_id): {"recorded_on": str(day)} | {
            trait: answer for trait, answer in zip(TRAITS, answers, strict=True) if answer
        }
        for staff_id, day, *answers in rows
    }  # fmt: skip


def rekey(home: Home) -> None:
    """Change the key file of its own and seal the answers anew; finishes what was cut off."""
    if not sealed_file(home).exists():
        return
    keys = begin_rotation(key_path(home))
    if not is_sealed_anew(sealed_file(home), keys):
        held = json.loads(keys.open_bytes(sealed_file(home).read_bytes(), "the protected characteristics"))
        seal(home, {keys.rotated(person): answers for person, answers in held.items()}, keys)
    replace_key_file(key_path(home), keys.without_former)


def seal(home: Home, held: Sealed, keys: Keys) -> None:
    write_atomically(sealed_file(home), keys.seal_bytes(json.dumps(held, sort_keys=True).encode()))


def answers_of(home: Home, staff_ids: Collection[str]) -> dict[str, str]:
    """What is held about one person under any of their numbers, for subject access."""
    held, keys = open_characteristics(home)
    found = [held.get(keys.person_id(staff_id), {}) for staff_id in sorted(staff_ids)] if keys else []
    return {trait: answer for answers in found for trait, answer in answers.items()}


def forget(home: Home, staff_ids: Collection[str]) -> int:
    """Take one person out, under all their numbers; how many entries were in."""
    _, keys = open_characteristics(home)
    return take_out(home, {keys.person_id(staff_id) for staff_id in staff_ids}) if keys else 0


def take_out(home: Home, people: Collection[str]) -> int:
    """Take people out, by their pseudonyms in the sealed file; how many were in."""
    held, keys = open_characteristics(home)
    left = {person: answers for person, answers in held.items() if person not in people}
    if keys and len(left) < len(held):
        seal(home, left, keys)
    return len(held) - len(left)


def recorded_before(home: Home, first: datetime.date, kept: Collection[str]) -> set[str]:
    """Whose answers are from before `first`, by their pseudonyms in the sealed file; not the staff IDs of `kept`."""
    held, keys = open_characteristics(home)
    stay = {keys.person_id(staff_id) for staff_id in kept} if keys else set()
    return {person for person, answers in held.items() if answers["recorded_on"] < str(first)} - stay

"""Keys, pseudonyms and the vault: who may read them, what stays the same, what never shows."""

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.identity.keys import Keys, make_key_file, read_key_file
from dagster_project.identity.vault import ACCESS_LOG, add_to_vault, open_vault, take_out_of_vault
from dagster_project.problems import KeyProblem


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "home.key"
    make_key_file(path)
    return path


@pytest.fixture
def keys(key_file: Path) -> Keys:
    return read_key_file(key_file)


def test_key_file_is_its_owners_and_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    with pytest.raises(KeyProblem, match="keys are never overwritten"):
        make_key_file(key_file)
    assert key_file.read_bytes() == before


def test_key_file_is_its_owners_whatever_the_process_lets_others_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_key_file(tmp_path / "open.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "open.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o777])
def test_key_file_that_others_can_read_is_refused(mode: int, key_file: Path) -> None:
    key_file.chmod(mode)
    with pytest.raises(KeyProblem) as refused:
        read_key_file(key_file)
    assert str(refused.value) == (
        f"the key file {key_file} can be read by others; `chmod 600 {key_file}` and check who has seen it"
    )


def test_missing_key_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem) as refused:
        read_key_file(tmp_path / "none.key")
    assert str(refused.value) == f"the key file {tmp_path / 'none.key'} is missing; nothing was read or written"


def changed(edit: Callable[[str], str | bytes]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        content = edit(path.read_text())
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return apply


BAD_KEYS = {
    "empty": changed(lambda text: ""), "a list": changed(lambda text: "- a\n"), "no YAML": changed(lambda text: "a: ["),
    "no seal": changed(lambda text: text.split("seal")[0]), "bytes": changed(lambda text: b"\xff\xfe\x00"),
    "short key": changed(lambda text: re.sub("pseudonym: .{10}", "pseudonym: ", text)),
    "key that is no hexadecimal": changed(lambda text: re.sub("pseudonym: ..", "pseudonym: zz", text)),
    "key that is a number": changed(lambda text: re.sub("pseudonym: .*", "pseudonym: 12", text)),
    "seal of another kind": changed(lambda text: re.sub("seal: .*", "seal: secret", text)),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_KEYS)
def test_broken_key_file_is_one_line_without_the_key(name: str, key_file: Path) -> None:
    secrets = [line.split(": ")[1] for line in key_file.read_text().splitlines() if not line.startswith("#")]
    BAD_KEYS[name](key_file)
    with pytest.raises(KeyProblem) as refused:
        read_key_file(key_file)
    told = str(refused.value)
    assert "\n" not in told
    assert str(key_file) in told
    assert not any(secret in told for secret in secrets)


def test_pseudonym_is_the_keyed_hash_worked_by_hand() -> None:
    """HMAC-SHA256 of `A1` under 32 bytes of 0x07, as openssl computes it."""
    assert Keys(b"\x07" * 32, "").person_id("A1") == "pae0b5071f9ac011b78ad"


def test_pseudonym_ignores_case_space_and_width_and_nothing_else(keys: Keys) -> None:
    same = {keys.person_id(text) for text in ("ab12", "AB12", " Ab12 ", "\uff21B12", "ab12\u00a0")}
    assert len(same) == 1
    assert len({keys.person_id(text) for text in ("AB12", "AB-12", "AB 12", "AB120", "0AB12", "")}) == 6


def test_pseudonyms_of_two_homes_have_nothing_in_common(keys: Keys, tmp_path: Path) -> None:
    make_key_file(tmp_path / "other.key")
    other = read_key_file(tmp_path / "other.key")
    assert not {keys.person_id(str(n)) for n in range(99)} & {other.person_id(str(n)) for n in range(99)}


@given(staff_id=st.text(max_size=30))
def test_pseudonym_is_always_of_one_form(staff_id: str) -> None:
    assert re.fullmatch("p[0-9a-f]{20}", Keys(b"\x07" * 32, "").person_id(staff_id))


def test_vault_adds_and_replaces_and_never_empties(keys: Keys, tmp_path: Path) -> None:
    path = tmp_path / "vault" / "vault.age"
    assert open_vault(path, keys, role="test", why="test") == {}
    add_to_vault(path, keys, {"p1": {"staff_id": "A1", "full_name": "Jo", "email": "jo@x"}})
    add_to_vault(path, keys, {"p1": {"full_name": "Jo B"}, "p2": {"full_name": "Caf\u00e9"}})
    assert open_vault(path, keys, role="test", why="test") == {
        "p1": {"staff_id": "A1", "full_name": "Jo B", "email": "jo@x"},
        "p2": {"full_name": "Caf\u00e9"},
    }


def test_vault_is_sealed_and_not_written_again_for_nothing_new(keys: Keys, tmp_path: Path) -> None:
    path = tmp_path / "vault.age"
    add_to_vault(path, keys, {"p1": {"full_name": "Bloggs"}})
    before = path.read_bytes()
    assert b"Bloggs" not in before
    add_to_vault(path, keys, {"p1": {"full_name": "Bloggs"}})
    assert path.read_bytes() == before


def test_vault_of_another_key_is_told_and_left_as_it_is(keys: Keys, tmp_path: Path) -> None:
    path = tmp_path / "vault.age"
    add_to_vault(path, keys, {"p1": {"full_name": "Bloggs"}})
    before = path.read_bytes()
    make_key_file(tmp_path / "other.key")
    with pytest.raises(KeyProblem, match="the vault cannot be opened"):
        add_to_vault(path, read_key_file(tmp_path / "other.key"), {"p2": {"full_name": "Doe"}})
    assert path.read_bytes() == before
    path.write_bytes(before[:-3])
    with pytest.raises(KeyProblem, match="is damaged, or was sealed with another key"):
        open_vault(path, keys, role="test", why="test")


def test_every_opening_of_the_vault_is_written_down_and_says_nobodys_name(keys: Keys, tmp_path: Path) -> None:
    """P20, of the vault: who, when, why, how many people. A role that asks for one person is given that one."""
    path = tmp_path / "vault.age"
    add_to_vault(path, keys, {"p1": {"full_name": "Bloggs"}, "p2": {"full_name": "Doe"}})
    assert open_vault(path, keys, role="HR officer", why="pack", people=["p2", "p9"]) == {"p2": {"full_name": "Doe"}}
    assert take_out_of_vault(path, keys, ["p1"], role="Data protection officer", why="erasure") == 1
    assert open_vault(path, keys, role="HR officer", why="pack") == {"p2": {"full_name": "Doe"}}
    log = tmp_path / ACCESS_LOG
    written = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [(each["role"], each["why"], each["n_people"]) for each in written] == [
        ("HR officer", "pack", 1), ("Data protection officer", "erasure", 2), ("HR officer", "pack", 1),
    ]  # fmt: skip
    assert all(re.fullmatch(r"20\d\d-\S+\+00:00", each["when"]) for each in written)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert not {"Bloggs", "Doe", "p1", "p2"} & set(re.findall(r"\w+", log.read_text("utf-8")))

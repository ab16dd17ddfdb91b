"""The key file of a home, and what is done with it: pseudonyms and seals.

Belongs here: making, reading and changing the key file, the keyed pseudonyms, sealing and opening bytes and files.
Does not belong here: which columns are identifiers (contracts), who may open the vault (vault), what is done again
under a new key (people/rotation).

Each purpose has a key of its own: figures (`pseudonym`), the numbers of each kind of case or child, pages given out;
protected characteristics have a key file of their own. What has a name under one key has another under the next, and
only the vault says that the two are one.
"""

import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from pathlib import Path

import pyrage
import yaml

from dagster_project.files import sync_folder
from dagster_project.problems import KeyProblem


@dataclass(frozen=True)
class Keys:
    """A home's secrets: `pseudonym` keys the pseudonyms, `seal` is an age identity for archive and vault.

    `layers` are the keys rotated in since, each over the pseudonyms before it, so that what had a pseudonym has exactly
    one under the next. While a rotation goes on, `former_seal` opens what is not sealed anew yet.
    """

    pseudonym: bytes
    seal: str
    layers: tuple[bytes, ...] = ()
    former_seal: str | None = None

    @cached_property
    def _identities(self) -> list[pyrage.x25519.Identity]:
        return [pyrage.x25519.Identity.from_str(text) for text in (self.seal, self.former_seal) if text]

    @property
    def with_new_layer(self) -> "Keys":
        """The keys of a rotation that begins."""
        new_seal = str(pyrage.x25519.Identity.generate())
        return replace(self, seal=new_seal, layers=(*self.layers, secrets.token_bytes(32)), former_seal=self.seal)

    @property
    def without_former(self) -> "Keys":
        """The keys of a rotation that is finished."""
        return replace(self, former_seal=None)

    def person_id(self, staff_id: str) -> str:
        """The pseudonym of a payroll number: HMAC-SHA256, 80 bits as hexadecimal after `p`."""
        return self._layered("p" + _digest(self.pseudonym, _as_number(staff_id)))

    def other_id(self, kind: str, text: str) -> str:
        """The pseudonym of what else somebody of a kind is named by, after `i`."""
        return self._layered("i" + _digest(self.pseudonym, f"{kind}:{text}"))

    def rotated(self, pseudonym: str) -> str:
        """A pseudonym of before the newest layer under it."""
        return _under(pseudonym, self.layers[-1])

    @property
    def mark(self) -> str:
        """By what a warehouse says that it stands under the newest layer."""
        return _digest(self.layers[-1], "mark")

    def _layered(self, pseudonym: str) -> str:
        return reduce(_under, self.layers, pseudonym)

    def page_id(self, person_id: str) -> str:
        """By what pages given out name the person, after `g`: the warehouse knows nobody by it."""
        return _page_id([self.pseudonym, *self.layers][-1], person_id)

    def page_ids(self, pseudonyms: Iterable[str]) -> set[str]:
        """All that pages issued so far may name a person of these pseudonyms by."""
        people = list(pseudonyms)
        return {_page_id(key, person) for key in (self.pseudonym, *self.layers) for person in people}

    def reference_id(self, keyed_as: str, reference: str) -> str:
        """The pseudonym of a number that belongs to `keyed_as`, after `r`: under a key of its own for each.

        So the number of a child, of a family and of a member of staff cannot be told to be the same.
        """
        key = _key_for(self.pseudonym, f"reference:{keyed_as}")
        return self._layered("r" + _digest(key, _as_number(reference)))

    def seal_file(self, source: Path, target: Path) -> None:
        with source.open("rb") as clear, target.open("wb") as sealed:  # by handle: a name may be any bytes
            pyrage.encrypt_io(clear, sealed, [self._identities[0].to_public()])

    def open_file(self, source: Path, target: Path) -> None:
        """Write the sealed `source` in clear to `target`; raises KeyProblem where it is damaged or another key's."""
        try:
            pyrage.decrypt_file(str(source), str(target), self._identities)
        except (pyrage.DecryptError, OSError) as error:  # a damaged or cut file is an OSError
            raise KeyProblem(_sealed_otherwise(source.name, error)) from None

    def seal_bytes(self, clear: bytes) -> bytes:
        return pyrage.encrypt(clear, [self._identities[0].to_public()])

    def open_bytes(self, sealed: bytes, what: str) -> bytes:
        """The clear bytes of `what`; raises KeyProblem where it is damaged or another key's."""
        try:
            return pyrage.decrypt(sealed, self._identities)
        except pyrage.DecryptError as error:
            raise KeyProblem(_sealed_otherwise(what, error)) from None


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:20]


def _key_for(key: bytes, purpose: str) -> bytes:
    """A key of its own for a purpose (HMAC-SHA256 as key derivation, NIST SP 800-108): none tells another."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


def _under(pseudonym: str, layer: bytes) -> str:
    return pseudonym[0] + _digest(layer, pseudonym)


def _page_id(key: bytes, person_id: str) -> str:
    return "g" + _digest(_key_for(key, "pages"), person_id)


def _as_number(text: str) -> str:
    """A payroll number or reference as it is compared: capitals and the space around it do not matter."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def _sealed_otherwise(what: str, error: Exception) -> str:
    return f"{what} cannot be opened ({error}): it is damaged, or was sealed with another key than the key file's"


def make_key_file(path: Path) -> None:
    """A new key file, readable by its owner only; raises KeyProblem where one is there already."""
    keys = Keys(secrets.token_bytes(32), str(pyrage.x25519.Identity.generate()))
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise KeyProblem(f"{path} is there already; keys are never overwritten") from None
    path.write_text(_key_text(keys), encoding="utf-8")


def replace_key_file(path: Path, keys: Keys) -> None:
    """Put other keys into a key file: whoever is cut off finds the old ones or the new."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8") as file:
        file.write(_key_text(keys))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def begin_rotation(path: Path) -> Keys:
    """Write new keys into the file, unless a rotation is under way; the keys with what opens the old seals."""
    keys = read_key_file(path, may_be_rotating=True)
    if keys.former_seal is None:
        keys = keys.with_new_layer
        replace_key_file(path, keys)
    return keys


def _key_text(keys: Keys) -> str:
    lines = [
        "# Keys of a Practice Metrics home. Keep a copy in the organisation's safe: without it the archive and the",
        "# vault cannot be opened, and new files get other pseudonyms than old ones.",
        f"pseudonym: {keys.pseudonym.hex()}",
        f"seal: {keys.seal}",
    ]
    if keys.layers:
        lines.append(f"layers: [{', '.join(layer.hex() for layer in keys.layers)}]")
    if keys.former_seal:
        lines.append(f"former_seal: {keys.former_seal}")
    return "\n".join(lines) + "\n"


def read_key_file(path: Path, *, may_be_rotating: bool = False) -> Keys:
    """The keys in `path`; raises KeyProblem in one line, also where a rotation was cut off and must be finished."""
    try:
        mode = path.stat().st_mode
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyProblem(f"the key file {path} is missing; nothing was read or written") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise KeyProblem(f"the key file {path} cannot be read") from None
    if mode & 0o077:
        raise KeyProblem(f"the key file {path} can be read by others; `chmod 600 {path}` and check who has seen it")
    try:
        layers = tuple(bytes.fromhex(layer) for layer in value.get("layers", ()))
        keys = Keys(bytes.fromhex(value["pseudonym"]), str(value["seal"]), layers, value.get("former_seal"))
        if any(len(key) < 32 for key in (keys.pseudonym, *layers)):
            raise ValueError
        _ = keys._identities  # a seal that is none is found here
    except (AttributeError, TypeError, KeyError, ValueError, pyrage.IdentityError):
        raise KeyProblem(f"{path} is not a key file made by `practice-metrics init`") from None
    if keys.former_seal and not may_be_rotating:
        raise KeyProblem(f"a change of the keys in {path} was cut off; `practice-metrics rotate-keys` finishes it")
    return keys

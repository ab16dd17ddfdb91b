"""The key file of a home, and what is done with it: pseudonyms and seals.

Belongs here: making and reading the key file, the keyed pseudonym, sealing and opening bytes and files.
Does not belong here: which columns are identifiers (contracts), who may open the vault (vault).
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyrage
import yaml

from dagster_project.problems import KeyProblem


@dataclass(frozen=True)
class Keys:
    """A home's secrets: `pseudonym` keys the pseudonyms, `seal` is an age identity for archive and vault."""

    pseudonym: bytes
    seal: str

    @cached_property
    def _identity(self) -> pyrage.x25519.Identity:
        return pyrage.x25519.Identity.from_str(self.seal)

    def person_id(self, staff_id: str) -> str:
        """The pseudonym of a payroll number: HMAC-SHA256, 80 bits as hexadecimal after `p`."""
        return "p" + _digest(self.pseudonym, _as_number(staff_id))

    def digest(self, text: str) -> str:
        """What only the key's holder can make of `text`: HMAC-SHA256, 80 bits as hexadecimal."""
        return _digest(self.pseudonym, text)

    def reference_id(self, keyed_as: str, reference: str) -> str:
        """The pseudonym of a number that belongs to `keyed_as`, after `r`: under a key of its own for each.

        So the number of a child, of a family and of a member of staff cannot be told to be the same.
        """
        key = hmac.new(self.pseudonym, f"reference:{keyed_as}".encode(), hashlib.sha256).digest()
        return "r" + _digest(key, _as_number(reference))

    def seal_file(self, source: Path, target: Path) -> None:
        with source.open("rb") as clear, target.open("wb") as sealed:  # by handle: a name may be any bytes
            pyrage.encrypt_io(clear, sealed, [self._identity.to_public()])

    def open_file(self, source: Path, target: Path) -> None:
        """Write the sealed `source` in clear to `target`; raises KeyProblem where it is damaged or another key's."""
        try:
            pyrage.decrypt_file(str(source), str(target), [self._identity])
        except (pyrage.DecryptError, OSError) as error:  # a damaged or cut file is an OSError
            raise KeyProblem(_sealed_otherwise(source.name, error)) from None

    def seal_bytes(self, clear: bytes) -> bytes:
        return pyrage.encrypt(clear, [self._identity.to_public()])

    def open_bytes(self, sealed: bytes, what: str) -> bytes:
        """The clear bytes of `what`; raises KeyProblem where it is damaged or another key's."""
        try:
            return pyrage.decrypt(sealed, [self._identity])
        except pyrage.DecryptError as error:
            raise KeyProblem(_sealed_otherwise(what, error)) from None


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:20]


def _as_number(text: str) -> str:
    """A payroll number or reference as it is compared: capitals and the space around it do not matter."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def _sealed_otherwise(what: str, error: Exception) -> str:
    return f"{what} cannot be opened ({error}): it is damaged, or was sealed with another key than the key file's"


def make_key_file(path: Path) -> None:
    """A new key file, readable by its owner only; raises KeyProblem where one is there already."""
    text = (
        "# Keys of a Practice Metrics home. Keep a copy in the organisation's safe: without it the archive and the\n"
        "# vault cannot be opened, and new files get other pseudonyms than old ones.\n"
        f"pseudonym: {secrets.token_hex(32)}\n"
        f"seal: {pyrage.x25519.Identity.generate()}\n"
    )
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise KeyProblem(f"{path} is there already; keys are never overwritten") from None
    path.write_text(text, encoding="utf-8")


def read_key_file(path: Path) -> Keys:
    """The keys in `path`; raises KeyProblem in one line."""
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
        keys = Keys(bytes.fromhex(value["pseudonym"]), str(value["seal"]))
        if len(keys.pseudonym) < 32:
            raise ValueError
        pyrage.x25519.Identity.from_str(keys.seal)
    except (TypeError, KeyError, ValueError, pyrage.IdentityError):
        raise KeyProblem(f"{path} is not a key file made by `practice-metrics init`") from None
    return keys

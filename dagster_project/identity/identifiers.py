"""By what a person may be named in an export, and how a name of each kind is compared.

Belongs here: the kinds, the form in which two spellings are the same, the keyed pseudonym of each. Does not belong
here: who it is (crosswalk), which column holds which kind (contracts).
"""

import re
import unicodedata
from typing import Literal

from dagster_project.identity.keys import Keys

IdentifierKind = Literal["payroll", "registration", "email", "library_login", "lms_user", "name"]

REFERENCE = "reference:"  # before what it is the number of: a case, a child, a family
PAYROLL = "payroll"
OTHER = "i"  # how every pseudonym begins that is not a person's own

WORDS = {
    "payroll": "payroll number",
    "registration": "registration number",
    "email": "e-mail address",
    "library_login": "library login",
    "lms_user": "learning system user",
    "name": "name",
}


def pseudonym(keys: Keys, kind: str, text: str) -> str:
    """The keyed pseudonym of `text`: of a payroll number the person's own, else one that the crosswalk translates.

    A reference has one that nothing translates.
    """
    if kind == PAYROLL:
        return keys.person_id(text)
    if kind.startswith(REFERENCE):
        return keys.reference_id(kind.removeprefix(REFERENCE), text)
    return keys.other_id(kind, normal_form(kind, text))


def normal_form(kind: str, text: str) -> str:
    """What two spellings of one identifier share; nothing else is ever taken for the same.

    A name is its words in order, `Surname, First` read as `First Surname`; a registration number its letters and
    digits; of anything else only letter case and the space around it do not matter.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    if kind == "registration":
        return re.sub(r"[\W_]+", "", plain)
    if kind == "name":
        last, comma, first = plain.partition(",")
        return " ".join((f"{first} {last}" if comma else plain).split())
    return plain

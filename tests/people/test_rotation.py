"""Other keys for a home: every link stays, the old keys open nothing, and nobody is known by an old pseudonym (P11)."""

import datetime
import re
import shutil
from pathlib import Path

import pytest

from dagster_project import warehouse
from dagster_project.home import Home
from dagster_project.identity.keys import Keys, begin_rotation, make_key_file, read_key_file
from dagster_project.identity.vault import open_vault
from dagster_project.people import characteristics
from dagster_project.people.erasure import erase, people_on_hold
from dagster_project.people.holdings import person_of
from dagster_project.people.issues import issue
from dagster_project.people.rotation import PSEUDONYM, pseudonyms_in, rotate, text_columns
from dagster_project.people.subject_access import write_subject_access
from dagster_project.problems import KeyProblem, SettingsProblem
from tests.people.small_home import AS_AT, ROLE, archived, found, load, made_small_home, rebuilt_raw

PEOPLE = ("A1", "B2", "C3", "M1")
ANSWERS = {"recorded_on": "2026-02-01", "sex": "Female"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small home, with an answer sealed under the key of its own and a page given out."""
    folder = made_small_home(tmp_path_factory.mktemp("rotation"))
    home = Home(folder / "home")
    make_key_file(characteristics.key_path(home))
    keys = read_key_file(characteristics.key_path(home))
    characteristics.seal(home, {keys.person_id("A1"): ANSWERS}, keys)
    page = home.keys.page_id(home.keys.person_id("A1"))
    facts = {"people": [page], "keep_until": "2027-01-31"}
    issue(home.own_pages / "2026-10", {f"{page}.html": b"Ann", "deliver.csv": f"file\n{page}.html\n".encode()}, facts)
    return folder


def rows(home: Home) -> list[tuple[object, ...]]:
    """Who has which rows, by payroll number."""
    known = {home.keys.person_id(staff_id): staff_id for staff_id in PEOPLE}
    with warehouse.opened(home.warehouse) as connection:
        held = connection.execute(
            "select person_id, month, manager_person_id from raw.workforce union all "
            "select person_id, usage_date, null from raw.resource_usage union all "
            "select person_id, month, null from marts.fct_evidence_use_month union all "
            "select person_id, usage_date, null from staging.stg_usage"
        ).fetchall()
    return sorted(((known[who], day, boss and known[boss]) for who, day, boss in held), key=str)


def pseudonyms(home: Home) -> set[str]:
    with warehouse.opened(home.warehouse) as connection:
        return {value for where in text_columns(connection) for value in pseudonyms_in(connection, *where)}


def test_every_row_keeps_its_person_and_no_old_pseudonym_is_left(home: Home) -> None:
    before, old, clear = rows(home), pseudonyms(home), archived(home)
    shutil.copy(home.key_path, home.root / "old.key")
    assert rotate(home, AS_AT, role=ROLE) == 10, "five files, and a note of each"
    new = Home(home.root)
    assert rows(new) == before
    assert len(pseudonyms(new)) == len(old) >= 4
    assert pseudonyms(new).isdisjoint(old)
    assert archived(new) == clear
    left = [path for path in (*home.warehouse.parent.iterdir(), *home.state.rglob("*")) if path.is_file()]
    assert not [path for path in left if any(each.encode() in path.read_bytes() for each in old)]
    former = read_key_file(home.root / "old.key")
    sealed = [home.vault, *home.archive.rglob("*.age")]
    for path in sealed:
        with pytest.raises(KeyProblem, match="was sealed with another key"):
            former.open_bytes(path.read_bytes(), path.name)


def test_deliveries_before_and_after_are_about_the_same_people(home: Home) -> None:
    rotate(home, AS_AT, role=ROLE)
    new = Home(home.root)
    answered = "Challenge,Staff ID,Raised on,Disputed feed,Answer,Answered on,Answered by\n2,C3,01/10/2026,workforce,"
    (new.inbox / "challenges" / "2.csv").write_text(f"{answered}stands,03/10/2026,HR\n", encoding="utf-8")
    load(new)
    with warehouse.opened(new.warehouse) as connection:
        current = "select person_id, answer from raw.challenges where challenge_id = '2' and _superseded_by is null"
        assert connection.execute(current).fetchall() == [(new.keys.person_id("C3"), "stands")]
    october = datetime.date(2026, 10, 1)
    assert (new.keys.person_id("C3"), october) in rebuilt_raw(new)["workforce"]


def test_who_was_known_by_an_old_pseudonym_is_found_by_it(home: Home) -> None:
    """On a hold, in a request, and on pages given out before, also after two changes."""
    old = home.keys.person_id("A1")
    (home.root / "legal_holds.yml").write_text(
        f"holds: [{{person: {old}, reference: tribunal 7, set_by_role: Legal, until: 2026-12-31}}]\n", encoding="utf-8"
    )
    for _ in range(2):
        rotate(Home(home.root), AS_AT, role=ROLE)
    new = Home(home.root)
    person = new.keys.person_id("A1")
    assert person != old
    assert person_of(new, old, ROLE) == person
    assert people_on_hold(new, AS_AT, ROLE) == {person: "tribunal 7"}
    assert [path.suffix for path in write_subject_access(new, old, AS_AT, role=ROLE).glob("issued-*")] == [".html"]
    with pytest.raises(SettingsProblem, match="under legal hold"):
        erase(new, old, "objection", AS_AT, role=ROLE)
    pages = list(new.own_pages.rglob("g*.html"))
    erase(new, old, "objection", datetime.date(2027, 1, 1), role=ROLE)
    assert (len(pages), list(new.own_pages.rglob("g*.html"))) == (1, [])
    assert found(new, "A1") == []


def test_characteristics_get_another_key_of_their_own(home: Home) -> None:
    old = read_key_file(characteristics.key_path(home))
    rotate(home, AS_AT, role=ROLE)
    new = Home(home.root)
    assert characteristics.answers_of(new, {"A1"}) == ANSWERS
    with pytest.raises(KeyProblem):
        old.open_bytes(characteristics.sealed_file(new).read_bytes(), "it")
    held, keys = characteristics.open_characteristics(new)
    assert keys is not None
    assert set(held) == {keys.person_id("A1")}
    assert set(held).isdisjoint({old.person_id("A1"), new.keys.person_id("A1")})


def test_nothing_else_is_done_while_a_change_is_cut_off(home: Home) -> None:
    begin_rotation(home.key_path)
    with pytest.raises(KeyProblem, match=r"was cut off; `practice-metrics rotate-keys` finishes it"):
        open_vault(home.vault, Home(home.root).keys, role="test", why="test")
    assert stat_mode(home.key_path) == 0o600
    rotate(home, AS_AT, role=ROLE)
    assert rows(Home(home.root))


def stat_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_another_homes_key_changes_nothing(home: Home, tmp_path: Path) -> None:
    make_key_file(tmp_path / "other.key")
    home.key_path.write_bytes((tmp_path / "other.key").read_bytes())
    with pytest.raises(KeyProblem, match="was sealed with another key than the key file's"):
        rotate(home, AS_AT, role=ROLE)
    assert home.key_path.read_bytes() == (tmp_path / "other.key").read_bytes()


def test_each_purpose_has_a_key_of_its_own() -> None:
    """P11. The same text is another pseudonym for each; none of them is made from what another shows."""
    keys = Keys(b"\x07" * 32, "")
    person = keys.person_id("A1")
    made = [person, keys.other_id("email", "a1"), keys.reference_id("case_ref", "A1"),
            keys.reference_id("child_ref", "A1"), keys.page_id(person)]  # fmt: skip
    assert len({each[1:] for each in made}) == len(made)
    assert all(re.fullmatch(PSEUDONYM.replace("pir", "pirg"), each) for each in made)
    other = Keys(b"\x08" * 32, "")
    assert other.page_id(person) != keys.page_id(person)

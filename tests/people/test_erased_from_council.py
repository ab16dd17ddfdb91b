"""Somebody erased from the council after its month: greps of every layer find nothing, and what was published stays."""

from pathlib import Path

import pytest

from dagster_project.exports import archive
from dagster_project.exports.contract import load_contracts
from dagster_project.files import private_folder, sha256
from dagster_project.home import Home
from dagster_project.identity.vault import open_vault
from dagster_project.people.erasure import erase
from dagster_project.people.holdings import deliveries_held
from dagster_project.people.own_pages import write_own_pages
from tests.council import council
from tests.people.conftest import PeopleHome, made_people_home
from tests.privacy.leaks import in_file, in_folders, needles

ROLE = "Data protection officer"
ADA = ["Z900001", "Ada Ashdown", "ada.ashdown@council.example", "SW900001"]
LAYERS = ("warehouse", "vault", "state", "logs", "rejected", "drafts", "published", "own_pages", "hr", "inbox")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, council_home: Home) -> PeopleHome:
    return made_people_home(tmp_path_factory.mktemp("erased") / "council", council_home)


def grepped(home: Home, forms: dict[bytes, str]) -> dict[str, set[str]]:
    """Where anything of the person is: in files as they lie there, and in the archive and the vault opened."""
    found = in_folders([home.root / name for name in LAYERS if (home.root / name).exists()], forms)
    with private_folder(home.state) as folder:
        for contract, delivery in deliveries_held(home, load_contracts().values()):
            leaked = in_file(archive.open_archived(home, home.keys, delivery, folder), forms, set())
            if leaked:
                found[f"archive/{contract.feed}/{delivery.number}"] = leaked
    clear = str(open_vault(home.vault, home.keys, role="test", why="test")).encode()
    names = {text for form, text in forms.items() if form in clear.lower()}
    return found | ({"vault": names} if names else {})


def published(home: Home) -> dict[Path, str]:
    return {path: sha256(path) for path in (home.root / "published").rglob("*") if path.is_file()}


def test_greps_find_nothing_and_editions_stay_as_they_were(made: PeopleHome) -> None:
    """P10. Ada, her names, her pseudonym and her page; warehouse, archive, vault, Dagster's storage, pages, logs."""
    home = made.home
    write_own_pages(home, council.MONTH, council.AS_AT, role=ROLE)
    person = made.person("Z900001")
    forms = needles([*ADA, person, home.keys.page_id(person)])
    before, editions = grepped(home, forms), published(home)
    assert {place.split("/")[0] for place in before} == {"warehouse", "archive", "vault", "own_pages"}
    erase(home, "Z900001", "objection", council.AS_AT, role=ROLE)
    assert grepped(home, forms) == {}
    assert published(home) == editions
    assert len(editions) > 50

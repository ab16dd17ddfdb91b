"""No result of a reference implementation lies here unused."""

from pathlib import Path

import pytest

from tests.statistics.vector_files import FAMILIES, FOLDER, MANIFEST, every_name, of_family


def test_every_vector_is_of_one_family() -> None:
    of_families = [name for family in FAMILIES for name in of_family(family)]
    assert sorted(of_families) == every_name()
    assert {path.name for path in FOLDER.glob("*.json")} - {"MANIFEST.json"} == set(MANIFEST)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_one_test(family: str) -> None:
    asking = [
        path.name for path in Path(__file__).parent.glob("test_*_vectors.py") if f'"{family}")' in path.read_text()
    ]
    assert len(asking) == 1

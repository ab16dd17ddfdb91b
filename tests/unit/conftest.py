"""Fixtures of the unit tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.counter_reports import Save
from tests.unit.feeds_of_people import Feeds
from tests.unit.one_feed import CONTRACTS, EVENT, Feed
from tests.unit.visits import Reader


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(content: bytes | str) -> Path:
        path = tmp_path / "report"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def events(tmp_path: Path) -> Feed:
    return Feed(tmp_path / "home", CONTRACTS["supervision"], EVENT)


@pytest.fixture
def by_email(tmp_path: Path) -> Feeds:
    return Feeds(tmp_path / "home", "email")


@pytest.fixture
def by_login(tmp_path: Path) -> Feeds:
    return Feeds(tmp_path / "home", "library_login")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = Reader(tmp_path_factory.mktemp("read"))
    yield reader
    reader.connection.close()

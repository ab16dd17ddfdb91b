"""Where Dagster keeps the events of runs: SQLite files, as by default, opened once instead of for every event.

Belongs here: nothing else. Opening and closing takes longer than all that is written: a tenth of a month's run.
"""

import functools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

OPEN_AT_ONCE = 4  # the index and a few runs


@functools.lru_cache(OPEN_AT_ONCE)
def opened(url: str) -> Engine:
    """The engine of one file; its connection stays open until other files have pushed it out."""
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _sync_seldom)
    return engine


def _sync_seldom(connection: sqlite3.Connection, _: object) -> None:
    """With its write-ahead log SQLite stays whole after a power cut either way; the last events may be missing."""
    connection.execute("pragma synchronous = normal")


class EventLog(SqliteEventLogStorage):
    """Dagster's own event log, but for how its files are opened."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "EventLog":
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = opened(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

"""A delivered file without some of its rows, in the archive, in the place of the file as it came.

Belongs here: rewriting and dropping one file's content so that a kill leaves the old or the new. Does not belong here:
which rows go (erasure, retention).

The hash stays that of what was delivered, so the same file sent again is still known as a repeat.
"""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import replace

import duckdb

from dagster_project.exports import archive
from dagster_project.exports.archive import Delivery
from dagster_project.exports.contract import Contract
from dagster_project.exports.readers.text_table import TextTable
from dagster_project.files import write_atomically
from dagster_project.home import Home


def rewrite(
    home: Home,
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    delivery: Delivery,
    text: TextTable,
    *,
    drop: Collection[int],
    blank: Mapping[str, Collection[int]],
) -> None:
    """Keep the columns of the contract, each row under its number, without the rows `drop` and the cells `blank`.

    `text_rows` holds the file. The delivery's note is the turning point: the old file stands before it, the new after.
    """
    rows = connection.execute(
        f"select {text.row_number} as number, {', '.join(text.columns)} from text_rows order by number"
    ).fetchall()
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow([contract.column(name).header for name in text.columns])
    at = 1
    for number, *values in rows:
        if number in drop:
            continue
        while at + 1 < number:  # a row keeps its number, by which it is known in `raw`
            writer.writerow([])
            at += 1
        writer.writerow([
            "" if number in blank.get(name, ()) else value for name, value in zip(text.columns, values, strict=True)
        ])  # fmt: skip
        at += 1
    old = archive.content_path(home, delivery)
    stored_as = f"{delivery.file_hash}.{_times(delivery) + 1}.age"
    write_atomically(old.with_name(stored_as), home.keys.seal_bytes(content.getvalue().encode()))
    came_in = delivery.layout or text.layout
    archive.write_delivery(
        home, home.keys, replace(delivery, stored_as=stored_as, file_name="rewritten.csv", layout=came_in)
    )
    old.unlink()


def _times(delivery: Delivery) -> int:
    return 0 if delivery.stored_as is None else int(delivery.stored_as.split(".")[1])


def drop_content(home: Home, delivery: Delivery, why: str) -> None:
    """Take the content out; the note stays, so that no rebuild loads it, with nothing of the file in it."""
    archive.leave_out(home, home.keys, replace(delivery, file_name="dropped"), why)
    archive.content_path(home, delivery).unlink(missing_ok=True)
    clear_leftovers(home, delivery, all_of_it=True)


def clear_leftovers(home: Home, delivery: Delivery, *, all_of_it: bool = False) -> None:
    """Remove copies of a delivery's content that a cut-off rewriting left beside the one its note names."""
    folder, keep = home.archive / delivery.feed, archive.content_path(home, delivery).name
    for path in folder.glob(f"{delivery.file_hash}*.age"):
        if path.name != f"{delivery.file_hash}.delivery.age" and (all_of_it or path.name != keep):
            path.unlink()

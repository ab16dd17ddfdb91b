"""Rows on standard output, as a table, JSON or CSV.

Belongs here: the three forms. Does not belong here: what the rows say.
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from dagster_project.problems import SettingsProblem

FORMATS = ("table", "json", "csv")


def show(rows: Sequence[dict[str, Any]], form: str, *, columns: Sequence[str] = (), whole: Any = None) -> None:
    """Print `rows`; `whole`, where given, is what JSON prints instead. `columns` name them where there is no row."""
    if form not in FORMATS:
        raise SettingsProblem(f"--format {form}: write one of {', '.join(FORMATS)}")
    if form == "json":
        print(json.dumps(rows if whole is None else whole, indent=1, default=str))
        return
    names = list(rows[0]) if rows else list(columns)
    if form == "csv":
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, names)
        writer.writeheader()
        writer.writerows(rows)
        print(text.getvalue(), end="")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*names, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    console = Console()
    console.print(table) if console.is_terminal else Console(width=400).print(table)

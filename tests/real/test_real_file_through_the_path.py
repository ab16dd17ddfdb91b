"""A publisher's own file, dropped into the inbox unmodified, goes the whole path; a broken one is refused in words."""

import json
import shutil
from pathlib import Path

import pytest

from dagster_project import warehouse
from dagster_project.home import Home
from tests.conftest import Cli, make_council
from tests.real.test_counter_files import FILES

pytestmark = pytest.mark.real

YEAR_2022 = {"Total_Item_Investigations": 854_255, "Total_Item_Requests": 512_553}


def totals(home: Home) -> dict[str, int]:
    with warehouse.opened(home.warehouse) as connection:
        rows = connection.execute(
            "select metric_type, sum(n_uses) from marts.fct_counter_month where year(month) = 2022 group by metric_type"
        ).fetchall()
    return {name: int(n_uses) for name, n_uses in rows if name in YEAR_2022}


@pytest.mark.parametrize(
    "names", [["PR_sample_r51.tsv"], ["PR_sample_r51.json"], ["PR_sample_r51.tsv", "PR_sample_r51.json"]]
)
def test_official_counter_report_gives_its_own_totals(names: list[str], tmp_path: Path, cli: Cli) -> None:
    """The same report as TSV, as JSON and as both: the second copy repeats the first and adds nothing."""
    home = make_council(tmp_path / "home")
    for name in names:
        shutil.copy(FILES / "counter_r51_official" / name, home.inbox / "counter_usage" / name)
    cli("run", "--home", home.root, "--month", "2026-10", "--as-at", "2026-11-22")
    assert totals(home) == YEAR_2022


def test_broken_counter_report_is_refused_with_words_that_help(tmp_path: Path, cli: Cli) -> None:
    for path in sorted((FILES / "counter_quirks_celus_nibbler" / "5" / "errors").iterdir()):
        done = cli("check", path, "--feed", "counter_usage", "--format", "json", check=False)
        found = json.loads(done.stdout)
        assert (done.returncode, found["layout"]) == (3, None)
        (error,) = found["errors"]
        assert error["row"] is None
        assert any(word in error["message"] for word in ("Jal-2022", "month columns", "monthly")), error["message"]

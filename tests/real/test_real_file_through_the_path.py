"""A publisher's own file, dropped into the inbox unmodified, reaches the figures; a broken one is refused in words."""

import json
import shutil
from pathlib import Path

import pytest

from dagster_project import warehouse
from dagster_project.home import Home
from tests.conftest import Cli
from tests.dbt_home import dbt, load_everything, prepared_home
from tests.real.test_counter_files import FILES

pytestmark = pytest.mark.real

YEAR_2022 = {"Total_Item_Investigations": 854_255, "Total_Item_Requests": 512_553}


def totals(home: Home) -> dict[str, int]:
    with warehouse.opened(home.warehouse) as connection:
        rows = connection.execute(
            "select metric_type, sum(n_uses) from marts.fct_counter_month where year(month) = 2022 group by metric_type"
        ).fetchall()
    return {name: int(n_uses) for name, n_uses in rows if name in YEAR_2022}


def deliver(home: Home, names: list[str]) -> None:
    (home.inbox / "counter_usage").mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(FILES / "counter_r51_official" / name, home.inbox / "counter_usage" / name)


@pytest.mark.parametrize(
    "names", [["PR_sample_r51.tsv"], ["PR_sample_r51.json"], ["PR_sample_r51.tsv", "PR_sample_r51.json"]]
)
def test_official_counter_report_gives_its_own_totals(names: list[str], tmp_path: Path) -> None:
    """The same report as TSV, as JSON and as both: the second copy repeats the first and adds nothing."""
    home = prepared_home(tmp_path / "home")
    deliver(home, names)
    load_everything(home)
    done = dbt(home, "run", "--select", "+fct_counter_month")
    assert done.returncode == 0, done.stdout[-3000:]
    assert totals(home) == YEAR_2022


def test_broken_counter_report_is_refused_with_words_that_help(tmp_path: Path, cli: Cli) -> None:
    for path in sorted((FILES / "counter_quirks_celus_nibbler" / "5" / "errors").iterdir()):
        done = cli("check", path, "--feed", "counter_usage", "--format", "json", check=False)
        found = json.loads(done.stdout)
        assert (done.returncode, found["layout"]) == (3, None)
        (error,) = found["errors"]
        assert error["row"] is None
        assert any(word in error["message"] for word in ("Jal-2022", "month columns", "monthly")), error["message"]


def test_journal_view_that_contradicts_its_title_report_is_warned_of(tmp_path: Path) -> None:
    """COUNTER's own samples: 8,844 requests of Title 3 in TR_J1, 5,052 in TR. The platform samples agree."""
    home = prepared_home(tmp_path / "home")
    deliver(home, ["TR_sample_r51.tsv", "TRJ1_sample_r51.tsv", "PR_sample_r51.tsv", "PRP1_sample_r51.xlsx"])
    load_everything(home)
    requests = (
        "select sum(n_uses) from raw.counter_usage where report_id = '{}' and item like 'Title 3 |%' "
        "and data_type in ('Journal', '-') and access_method = 'Regular' and metric_type = 'Total_Item_Requests' "
        "and (item like '%Controlled' or report_id = 'TR_J1')"
    )
    with warehouse.opened(home.warehouse) as connection:
        assert connection.execute(requests.format("TR_J1")).fetchall() == [(8844,)]
        assert connection.execute(requests.format("TR")).fetchall() == [(5052,)]
        warned = connection.execute(
            "select rule, severity, n_failing from ledger.verdicts where not is_passed and gate = 'counter_usage'"
        ).fetchall()
    assert warned == [("counter_usage_view_within_report", "warning", 12)]

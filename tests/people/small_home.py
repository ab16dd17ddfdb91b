"""A home of four people and their files, small enough to be copied for each test that deletes from it.

Belongs here: making it, and finding a person in it wherever one may be. Does not belong here: any claim.
"""

from pathlib import Path

from dagster_project import replay, steps, warehouse
from dagster_project.exports import archive
from dagster_project.exports.contract import load_contracts
from dagster_project.exports.load import load_batch, mark_passed
from dagster_project.files import private_folder
from dagster_project.home import Home, make_home
from dagster_project.identity.vault import open_vault
from dagster_project.people.holdings import deliveries_held, person_tables
from tests.council import council
from tests.dbt_home import prepare

ROLE = "Data protection officer"
AS_AT = council.AS_AT
POST = "Month,Staff ID,Name,Role,Contracted FTE,Contracted days,Available days,Team,Service,Manager staff ID,Start date"
FILES = {
    "workforce/2024-09.csv": [POST, *(f"2024-09,{who},{name},social worker,1,20,20,North,Care,M1,01/01/2020"
                                      for who, name in (("A1", "Ann Ash"), ("B2", "Bo Birch")))],
    "workforce/2026-10.csv": [POST, *(f"2026-10,{who},{name},social worker,1,20,20,North,Care,{boss},01/01/2020"
                                      for who, name, boss in (("A1", "Ann Ash", "M1"), ("C3", "Cy Cedar", "A1")))],
    "resource_usage/all.csv": ["Staff ID,Date,Resource,Resource type", "A1,02/05/2025,Law,law",
                               "B2,03/05/2025,Law,law", "A1,05/10/2026,Law,law", "C3,06/10/2026,Law,law"],
    "resource_usage/old.csv": ["Staff ID,Date,Resource,Resource type", "B2,09/05/2025,Law,law"],
    "challenges/1.csv": ["Challenge,Staff ID,Raised on,Disputed feed,Answer,Answered on,Answered by",
                         "1,A1,01/10/2026,workforce,stands,02/10/2026,HR", "2,C3,01/10/2026,workforce,,,"],
}  # fmt: skip


def made_small_home(folder: Path) -> Path:
    """`folder` with a home in which the files above are loaded."""
    made = make_home(folder / "home", {**council.CONFIG, "retention_months": {"usage": 13}})
    council.write_assessment(made.root)
    for name, lines in FILES.items():
        path = made.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(made)
    with warehouse.opened(made.warehouse) as connection:
        connection.execute(
            "create schema marts; create table marts.fct_evidence_use_month as "
            "select person_id, cast(date_trunc('month', usage_date) as date) as month, 1 as n_days_any "
            "from raw.resource_usage; create schema staging; "
            "create view staging.stg_usage as select person_id, usage_date from raw.resource_usage"
        )
    return folder


def load(home: Home) -> None:
    """What the inbox holds, into `raw`; gates are not what these tests are about."""
    run = prepare(home)
    steps.land(run)
    for feed in ("workforce", "resource_usage", "challenges"):
        steps.stage_feed(run, feed)
        with warehouse.opened(home.warehouse) as connection:
            mark_passed(home, connection, run.contracts[feed])
            load_batch(connection, run.contracts[feed])


def archived(home: Home) -> str:
    """All that the archive holds, in clear."""
    texts = []
    with private_folder(home.state) as folder:
        for _, delivery in deliveries_held(home, load_contracts().values()):
            clear = folder / "clear"
            home.keys.open_file(archive.content_path(home, delivery), clear)
            texts.append(clear.read_text("utf-8"))
    return "\n".join(texts)


def found(home: Home, staff_id: str) -> list[str]:
    """Every place that still holds the person."""
    person = home.keys.person_id(staff_id)
    page = home.keys.page_id(person)
    places = ["archive"] if staff_id in archived(home) else []
    places += ["vault"] if person in open_vault(home.vault, home.keys, role="test", why="test") else []
    with warehouse.opened(home.warehouse) as connection:
        for table in person_tables(connection):
            for column in (table.subject, *table.others):
                if connection.execute(f"select 1 from {table.full_name} where {column} = ?", [person]).fetchone():
                    places.append(f"{table.full_name}.{column}")
    places += [path.name for path in home.root.rglob("*") if path.is_file() and person.encode() in path.read_bytes()]
    places += [str(path) for path in home.root.rglob("*") if page in path.name]
    return places


def rebuilt_raw(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """What a rebuild loads from the archive."""
    replay.set_warehouse_aside(home)
    run = prepare(home)
    for feed in ("workforce", "resource_usage", "challenges"):
        steps.stage_feed(run, feed)
    with warehouse.opened(home.warehouse) as connection:
        return {
            feed: connection.execute(f"select person_id, {day} from raw.{feed} order by all").fetchall()
            for feed, day in (("workforce", "month"), ("resource_usage", "usage_date"), ("challenges", "raised_on"))
        }

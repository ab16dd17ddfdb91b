"""The evidence pack of the council's round 2026-C, worked by hand, and what may never be in one.

Dee (Z900004) is half-time and takes the usage route. The twelve months from October 2025 to September 2026 are 5.9 of
full-time, August being 0.4, so her window reaches back to the first month of the records, May 2025: five months more,
8.4 in all. Of 12 days 8.4, so 8, are asked for. She has seven: 20 May, 9 July, 6 November, 22 January, 12 March, 1 July
and 10 September; 20 August was a policy, and nothing came for October 2025. Of 3 months of supervision with evidence
2.1, so 2, are asked for; she has May 2025 and May 2026.
"""

import io
import json
import re
import stat
from pathlib import Path

import msoffcrypto
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.home import Home
from dagster_project.identity.vault import ACCESS_LOG
from dagster_project.people.hr_pack import OWN_STATEMENT, read_round, write_pack
from dagster_project.people.issues import facts_of, folder_name
from dagster_project.problems import SettingsProblem
from tests.council import council
from tests.people.conftest import PeopleHome, words
from tests.people.policies import POLICY, write

ROLE = "HR officer"
NOT_READ = OWN_STATEMENT.split(" of ")[0]
PASSWORD = "correct horse battery"
WEIGHING = re.compile(
    r"\b(scor|rank|rating|total|recommend|average|percentile|best|worst|overall|\d+ of \d+ clauses)", re.I
)


@pytest.fixture(scope="module")
def issued(people_home: PeopleHome) -> dict[str, Path]:
    """The applicants' pages, then the pack."""
    home = people_home.home
    with pytest.raises(SettingsProblem, match=r"3 of 3 applicants have not had their own page\. First run"):
        write_pack(home, "2026-C", council.AS_AT, role=ROLE, for_applicant=False)
    return {
        "for_applicants": write_pack(home, "2026-C", council.AS_AT, role=ROLE, for_applicant=True),
        "panel": write_pack(home, "2026-C", council.AS_AT, role=ROLE, for_applicant=False),
    }


def test_page_says_of_each_clause_what_the_evidence_shows(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    page = people_home.page(issued["panel"], "Z900004")
    assert "Dee Dale" in page
    use = "cannot be known from data 7 days of 8 asked for (12 for somebody full-time and never away). Counted from May"
    back = "2025 on: part-time work and time away reach further back. The records are in part: nothing came for 1 of 17"
    assert f"Evidence was used on at least 12 days of the year. {use} {back} months." in page
    assert "One case-file example shows what came of it. shown by the evidence 1 row of 1 asked for." in page
    assert (
        "each verified, show evidence at work. not applicable Asked on another route; the application is by usage."
        in page
    )
    assert "in at least 3 months. shown by the evidence 2 months of 2 asked for (3 for somebody" in page
    assert "cannot be known from data Not collected: nothing of peer reflections comes in." in page


def test_portfolio_has_cpd_with_its_registration_year_and_peer_reflection(
    people_home: PeopleHome, issued: dict[str, Path]
) -> None:
    """Dee put the same course in twice, each reflected on with a peer; her full day in September is only begun."""
    page = people_home.page(issued["panel"], "Z900004")
    assert "Year to Different pieces Reflected on with a peer 30 November 2025 1 2" in page
    assert re.search(r"C06 12 May 2025 course 4\.1 not recorded yes yes cpd [0-9a-f]{8} row 7", page)
    assert "Learning Days, by month. What was read is not collected. Nothing is held." in page
    assert "EX-41 2 February 2026 research practice educator 9 February 2026" in page
    eve = people_home.page(issued["panel"], "Z900005")
    assert "ACT-" not in eve


def test_figures_name_the_rows_they_were_counted_from(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    sources = re.findall(r"resource_usage [0-9a-f]{8} row \d+", people_home.page(issued["panel"], "Z900004"))
    assert len(sources) == len(set(sources)) == 7


def test_use_is_told_by_month_and_type_and_never_what_was_read(
    people_home: PeopleHome, issued: dict[str, Path]
) -> None:
    """F12."""
    page = people_home.page(issued["panel"], "Z900004")
    assert "Month Type Days May 2025 Practice guidance 1 July 2025 Practice guidance 1 August 2025 Policy 1" in page
    assert "Practice Guides" not in page


def test_no_log_is_read_of_who_takes_the_other_route(people_home: PeopleHome) -> None:
    """Of round 2026-B Cal's route is case file: his use is not in memory at all."""
    by_route = {each.names["full_name"]: each for each in read_round(people_home.home, "2026-B", council.AS_AT, ROLE)}
    assert by_route["Dee Dale"].use
    assert by_route["Cal Croft"].use is None
    assert {finding.clause.id: finding.state for finding in by_route["Cal Croft"].findings}[
        "steady_use"
    ] == "not_applicable"


def test_switched_off_the_pack_is_made_without_logs(people_home: PeopleHome) -> None:
    """P5: by switch, and by an assessment that is due for review."""
    file = people_home.home.root / "assessment.yml"
    before = file.read_text("utf-8")

    def dees_use(home: Home, as_at: str = "2026-11-22") -> tuple[object, str]:
        applicants = read_round(home, "2026-C", council.AS_AT.fromisoformat(as_at), ROLE)
        [dee] = [each for each in applicants if each.names.get("full_name") == "Dee Dale"]
        return dee.use, dee.findings[0].figures.split(" of ")[0]

    try:
        file.write_text(before.replace("use_in_hr_pack: true", "use_in_hr_pack: false"), "utf-8")
        assert dees_use(Home(people_home.home.root)) == (None, NOT_READ)
    finally:
        file.write_text(before, "utf-8")
    assert dees_use(Home(people_home.home.root), "2027-03-16") == (None, NOT_READ)
    assert dees_use(Home(people_home.home.root))[1] == "7 days"


def test_disputed_figure_is_marked_and_an_answer_is_shown(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    """P3."""
    dee, eve = (people_home.page(issued["panel"], staff_id) for staff_id in ("Z900004", "Z900005"))
    mark = "Disputed of 2026-03 since 1 November 2026: the person says it is wrong, and it is not settled."
    assert dee.count(mark) == 2, "on the clause and on the table of use"
    assert "Disputed" not in eve
    assert eve.count("Challenged on 1 November 2026; answered on 5 November 2026: the figure stands.") == 2


def test_applications_pending_or_of_unknown_people_are_in_the_pack(
    people_home: PeopleHome, issued: dict[str, Path]
) -> None:
    page = people_home.page(issued["panel"], "Z900015")
    assert "Name not known" in page
    assert "pending: not decided yet" in page
    assert "cannot be known from data: in no staff snapshot up to the panel's day" in page


def test_nothing_weighs_or_adds_up_people(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    """P6, P8."""
    for path in issued["panel"].glob("*.html"):
        assert WEIGHING.findall(words(path.read_text("utf-8"))) == []
        assert "The panel decides, and says why." in path.read_text("utf-8")
    sheets = CalamineWorkbook.from_path(issued["panel"] / "applicants.xlsx")
    cells = [
        str(cell) for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert WEIGHING.findall(" ".join(cells)) == []
    people = sheets.get_sheet_by_name("applicants").to_python()
    assert [row[0] for row in people] == ["Name", "Dee Dale", "Eve Elm", "not known"], "by name, not by evidence"
    assert not any(isinstance(cell, float | int) for row in people for cell in row), "nothing to sort by"


def test_each_page_names_one_person_only(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    names = {"Z900004": "Dee Dale", "Z900005": "Eve Elm"}
    for staff_id, name in names.items():
        text = people_home.page(issued["for_applicants"], staff_id)
        assert [other for other in names.values() if other in text] == [name]
        assert "You have this page before HR has it" in text


def test_tree_is_its_owners_only(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    for path in [people_home.home.hr, *people_home.home.hr.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_copy_as_issued_is_kept_for_the_appeal_period(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    facts = facts_of(issued["panel"])
    assert (facts["policy"], facts["keep_until"], facts["issued_to"]) == ("2026.1", "2027-05-31", ROLE)
    before = {path.name: path.read_bytes() for path in issued["panel"].iterdir()}
    again = write_pack(people_home.home, "2026-C", council.AS_AT, role=ROLE, for_applicant=False)
    assert again == issued["panel"], "nothing changed, so nothing new is issued"
    later = write_pack(people_home.home, "2026-C", council.AS_AT.replace(day=23), role=ROLE, for_applicant=False)
    assert later.name == "02"
    assert {path.name: path.read_bytes() for path in issued["panel"].iterdir()} == before


def test_policy_changed_after_a_round_was_issued_is_refused(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    home = people_home.home
    write(home.policies, POLICY.replace("at_least: 12", "at_least: 6"))
    try:
        with pytest.raises(SettingsProblem, match=r"a change never rewrites a past round"):
            write_pack(home, "2026-C", council.AS_AT, role=ROLE, for_applicant=True)
    finally:
        write(home.policies)


def test_workbook_under_a_password_opens_with_it_alone(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    packed = write_pack(
        people_home.home, "2026-C", council.AS_AT.replace(day=24), role=ROLE, for_applicant=False, password=PASSWORD
    )
    sealed = (packed / "applicants.xlsx").read_bytes()
    assert sealed[:4] == b"\xd0\xcf\x11\xe0", "an encrypted package, no zip"
    assert b"Dee" not in sealed
    assert "Dee Dale".encode("utf-16-le") not in sealed

    def opened(password: str) -> bytes:
        clear = io.BytesIO()
        office = msoffcrypto.OfficeFile(io.BytesIO(sealed))
        office.load_key(password=password)
        office.decrypt(clear)
        return clear.getvalue()

    rows = CalamineWorkbook.from_filelike(io.BytesIO(opened(PASSWORD))).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "Dee Dale"
    with pytest.raises(Exception, match="could not be decrypted"):
        CalamineWorkbook.from_filelike(io.BytesIO(opened("another password")))


def test_opening_the_vault_for_the_pack_is_on_record(people_home: PeopleHome, issued: dict[str, Path]) -> None:
    log = people_home.home.vault.with_name(ACCESS_LOG).read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in log if "2026-C" in line]
    assert {(each["role"], each["n_people"]) for each in asked} == {(ROLE, 2)}, "the third is in no snapshot"


def test_unknown_round_is_told_and_a_known_one_issued_from_the_command_line(people_home: PeopleHome) -> None:
    where = ["--role", ROLE, "--home", str(people_home.home.root), "--as-at", "2026-11-22"]
    done = CliRunner().invoke(app, ["hr-pack", "--round", "2026-X", *where])
    assert str(done.exception) == "There is no round 2026-X. The rounds are: 2026-A, 2026-B, 2026-C."
    done = CliRunner().invoke(app, ["hr-pack", "--round", "2026-B", "--for-applicant", *where])
    assert done.exit_code == 0
    folder = Path(done.stdout.removeprefix("Issued: ").strip())
    assert folder.is_dir()
    assert list(folder.glob("*.pdf")) == []
    assert "No Chromium printed the pages: open each and print it" in done.output


@pytest.mark.browser
def test_each_page_is_printed_where_there_is_a_chromium(
    people_home: PeopleHome, issued: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRACTICE_METRICS_BROWSER")
    where = ["--role", ROLE, "--home", str(people_home.home.root), "--as-at", "2026-11-26"]
    done = CliRunner().invoke(app, ["hr-pack", "--round", "2026-C", *where])
    assert done.exit_code == 0, (done.output, done.exception)
    folder = Path(done.stdout.removeprefix("Issued: ").strip())
    pages, printed = {path.stem for path in folder.glob("*.html")}, {path.stem for path in folder.glob("*.pdf")}
    assert pages == printed
    pdf = people_home.file(folder, "Z900004").with_suffix(".pdf")
    sheets = [" ".join(page.extract_text().split()) for page in PdfReader(pdf).pages]
    assert "Dee Dale" in sheets[0]
    for number, sheet in enumerate(sheets, start=1):
        assert "Round 2026-C, policy 2026.1, as at 26 November 2026" in sheet
        assert f"Page {number} of {len(sheets)}" in sheet
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600


def test_rounds_of_different_names_have_different_folders() -> None:
    names = ["2026-C", "2026/C", "2026 C", "../2026-C", "Ünit"]
    folders = [folder_name(name) for name in names]
    assert folders[0] == "2026-C"
    assert len(set(folders)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9-]+", folder) for folder in folders)

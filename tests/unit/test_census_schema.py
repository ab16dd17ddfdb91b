"""A return is held against the department's schema where config.yml names it: places are told, values are not."""

from pathlib import Path

import duckdb
import pytest

from dagster_project.exports.contract import load_contracts
from dagster_project.exports.error_report import error_rows
from dagster_project.exports.read import Reading, read_file
from dagster_project.problems import SettingsProblem

CENSUS = load_contracts()["workforce_census"]
WORKER = "<CSWWWorker><AgencyWorker>{}</AgencyWorker><SWENo>{}</SWENo><FTE>0.5</FTE></CSWWWorker>\n"
HEAD = "<Message><Header><ReferenceDate>2026-09-30</ReferenceDate></Header>\n"
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="Message"><xs:complexType><xs:sequence>
<xs:element name="Header"><xs:complexType><xs:sequence>
<xs:element name="ReferenceDate" type="xs:date"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="CSWWWorker" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="AgencyWorker" type="xs:boolean"/>
<xs:element name="SWENo"><xs:simpleType><xs:restriction base="xs:string">
<xs:pattern value="SW[0-9]{4}"/></xs:restriction></xs:simpleType></xs:element>
<xs:element name="FTE" type="xs:decimal"/>
</xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>
"""


def read(folder: Path, workers: list[tuple[str, str]], schema: str | None) -> Reading:
    path, xsd = folder / "census.xml", folder / "census.xsd"
    path.write_text(HEAD + "".join(WORKER.format(*worker) for worker in workers) + "</Message>\n", encoding="utf-8")
    if schema is not None:
        xsd.write_text(schema, encoding="utf-8")
    with duckdb.connect() as connection:
        return read_file(connection, path, CENSUS, folder, max_rejected_share=0, schema=None if schema is None else xsd)


def test_return_that_fits_is_read(tmp_path: Path) -> None:
    reading = read(tmp_path, [("0", "SW0001"), ("1", "SW0002")], SCHEMA)
    assert (reading.refusal, reading.layout, reading.n_accepted) == (None, "xml", 2)


def test_return_that_does_not_fit_is_refused_with_its_places_and_no_value(tmp_path: Path) -> None:
    reading = read(tmp_path, [("0", "SW0001"), ("perhaps", "SW0002"), ("0", "SECRET77")], SCHEMA)
    assert reading.refusal is not None
    assert reading.n_accepted == 0
    assert [(problem.row, problem.column) for problem in reading.problems] == [(3, "AgencyWorker"), (4, "SWENo")]
    told = error_rows(reading, CENSUS)
    assert told[0]["message"].startswith(
        "2 places do not fit the department's schema (census.xsd), the first at line 3."
    )
    assert not {"SECRET77", "perhaps"} & set(" ".join(str(row["message"]) for row in told).replace("'", " ").split())


def test_return_without_a_schema_is_read_by_its_contract_alone(tmp_path: Path) -> None:
    assert read(tmp_path, [("0", "SECRET77")], None).n_accepted == 1


def test_schema_that_is_none_is_a_fault_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match=r"schemas: .* cannot be read as an XML schema"):
        read(tmp_path, [("0", "SW0001")], "not a schema")

"""The pack as a workbook: one row an applicant, one sheet of the policy; under a password on request.

Belongs here: cells and encryption. Does not belong here: what they say (hr_pack, dashboards/people_pages).
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dagster_project.people.words import STATE_WORDS, application_words, eligibility_words
from dagster_project.templates import CREATED

if TYPE_CHECKING:
    from dagster_project.people.hr_pack import Applicant


def pack_workbook(applicants: Sequence["Applicant"], password: str | None) -> bytes:
    """An XLSX; with a password, encrypted as Office does (ECMA-376 agile). Nothing is written to disk in clear."""
    import xlsxwriter

    policy = applicants[0].policy
    clear = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(clear, options) as book:
        book.set_properties({"created": CREATED})
        people = book.add_worksheet("applicants")
        headings = ["Name", "Staff ID", "Round", "Panel date", "Route", "Application", "Eligible (HR's list)",
                    "Eligible (policy)"]  # fmt: skip
        headings += [text for clause in policy.clauses for text in (clause.id, f"{clause.id}: figures")]
        rows = [headings, *(_row(each) for each in applicants)]
        asked = [["Clause", "Rule", "Asked of"]] + [
            [clause.id, clause.rule, " and ".join(sorted(policy.routes_of(clause))) or "everybody"]
            for clause in policy.clauses
        ]
        for sheet, cells in ((people, rows), (book.add_worksheet("policy"), asked)):
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(cells[0]) - 1, 24)
            for row, values in enumerate(cells):
                for column, value in enumerate(values):
                    sheet.write_string(row, column, value)
    return clear.getvalue() if password is None else encrypted(clear, password)


def _row(each: "Applicant") -> list[str]:
    application = each.application.values
    return [
        each.names.get("full_name", "not known"), each.names.get("staff_id", "not known"), str(application["round_id"]),
        each.application.day.isoformat(), str(application["evidence_route"] or "not named").replace("_", " "),
        application_words(each), "yes" if application["is_eligible"] else "no", eligibility_words(each),
        *(text for finding in each.findings for text in (STATE_WORDS[finding.state], finding.figures)),
    ]  # fmt: skip


def encrypted(clear: io.BytesIO, password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    clear.seek(0)
    sealed = io.BytesIO()
    OOXMLFile(clear).encrypt(password, sealed)
    return sealed.getvalue()

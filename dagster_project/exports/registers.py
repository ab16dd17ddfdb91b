"""The workbook of registers: one file a lead keeps by hand, each sheet of which is a delivery of a feed.

Belongs here: which sheet goes to which feed, and what its sender is told of the others.
Does not belong here: reading a sheet (readers/workbook), the registers themselves (contracts with `is_register`).

The workbook is sealed into archive/registers first, so a kill loses nothing: until its note says it was shared out, the
next run shares it out again, and a feed that has it already takes it for a repeat. Each feed keeps the whole workbook,
and reads its own sheet of it.
"""

from collections.abc import Collection, Mapping

from dagster_project.exports import archive
from dagster_project.exports.archive import Delivery, Landed
from dagster_project.exports.contract import Contract, spelling
from dagster_project.exports.error_report import add_to_report
from dagster_project.exports.ingest import report_path
from dagster_project.exports.problems import RefusedFile
from dagster_project.exports.readers.workbook_guard import named_sheets
from dagster_project.files import private_folder
from dagster_project.home import Home

FOLDER = "registers"
DICTIONARY_SHEET = "dictionary"


def land_workbooks(home: Home, contracts: Mapping[str, Contract], overtaken: Mapping[str, Collection[str]]) -> Landed:
    """Seal the workbooks of inbox/registers and deliver their sheets to the feeds; what was found in the inbox.

    `overtaken` are each feed's hashes that are a new delivery when they come again, as for `archive.land`.
    """
    kept = {delivery.file_hash for delivery in archive.deliveries(home, FOLDER, home.keys)}
    landed = archive.land(home, {FOLDER: kept}, home.keys)[FOLDER]
    for delivery in archive.deliveries(home, FOLDER, home.keys):
        if delivery.left_out is None and not delivery.has_passed:
            _share_out(home, contracts, overtaken, delivery)
    return landed


def _share_out(
    home: Home, contracts: Mapping[str, Contract], overtaken: Mapping[str, Collection[str]], delivery: Delivery
) -> None:
    report = report_path(home, delivery)
    report.unlink(missing_ok=True)
    with private_folder(home.state) as folder:
        workbook = archive.open_archived(home, home.keys, delivery, folder)
        try:
            feeds, others = register_sheets(workbook.read_bytes(), contracts)
        except RefusedFile as refused:
            add_to_report(report, refused.rule, refused.message)
            archive.leave_out(home, home.keys, delivery, refused.rule)
            return
        for feed in feeds:
            archive.land_as(home, home.keys, feed, delivery, workbook, overtaken.get(feed, ()))
    titles = ", ".join(contract.title for contract in contracts.values() if contract.is_register)
    for number in others:
        message = f"Sheet {number} is no register and was not read. A sheet is named after its register: {titles}."
        add_to_report(report, "unknown_sheet", message)
    archive.mark_passed(home, home.keys, delivery)


def register_sheets(content: bytes, contracts: Mapping[str, Contract]) -> tuple[list[str], list[int]]:
    """The feeds whose sheets have rows, and the numbers of the sheets that are no register; raises RefusedFile.

    A sheet with a heading only, as the template has it, is nothing to send.
    """
    feeds, others, found_any = [], [], False
    for number, (name, cells) in enumerate(named_sheets(content).items(), start=1):
        feed = next((feed for feed, contract in contracts.items() if contract.has_sheet(name)), None)
        is_filled = sum(any(cell not in ("", None) for cell in row) for row in cells) > 1
        found_any = found_any or feed is not None
        if feed is not None and is_filled:
            feeds.append(feed)
        elif feed is None and cells and spelling(name) != DICTIONARY_SHEET:
            others.append(number)
    if not found_any:
        raise RefusedFile(
            "no_register",
            "No sheet is named after a register, so nothing was read. `practice-metrics template registers` makes a "
            "workbook that is.",
        )
    return feeds, others

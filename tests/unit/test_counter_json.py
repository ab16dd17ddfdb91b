"""The COUNTER reader on JSON: the same rows as the tabular form of the same report."""

from dagster_project.exports.readers.counter import read_counter
from tests.unit.counter_reports import TO_FEBRUARY, TR, Save, answer, grid, refusal, tsv, usage


def test_release_51_json_reads_as_its_tabular_form(save: Save) -> None:
    """A report delivered once as JSON and once as TSV must not be counted as two."""
    row = [
        "A Title",
        "P",
        "ISNI:1",
        "Shelf",
        "10.1/a",
        "P:1",
        "978-1",
        "",
        "",
        "https://x.org/a",
        "Book",
        "2020",
        "Open",
    ]
    rows = [[*row, "Regular", "No_License", 3, 1, 2], [*row, "TDM", "No_License", 4, 4, 0]]
    item = {
        "Title": "A  Title",
        "Publisher": "P",
        "Publisher_ID": {"ISNI": ["1"]},
        "Platform": "Shelf",
        "Item_ID": {"DOI": "10.1/a", "Proprietary": "P:1", "ISBN": "978-1", "URI": "https://x.org/a"},
        "Attribute_Performance": [
            {
                **{"Data_Type": "Book", "YOP": "2020", "Access_Type": "Open", "Access_Method": method},
                "Performance": {"No_License": counts},
            }
            for method, counts in (("Regular", {"2026-01": 1, "2026-02": 2}), ("TDM", {"2026-01": 4}))
        ],
    }
    from_json = read_counter(save(answer([{"Platform": "Empty", "Title": "B"}, item])))
    from_tsv = read_counter(save(tsv(grid(*rows, headings=TR, Report_ID="TR", Reporting_Period=TO_FEBRUARY))))
    assert usage(from_json) == usage(from_tsv)
    assert {number for number, _ in from_json.rows} == {2}


def test_release_5_json_reads_as_its_tabular_form(save: Save) -> None:
    headings = [*TR[:11], "Section_Type", *TR[11:]]
    row = [
        "J",
        "P",
        "",
        "Shelf",
        "",
        "P:1",
        "",
        "1234-5678",
        "",
        "",
        "Journal",
        "Article",
        "2020",
        "Controlled",
        "Regular",
    ]
    item = {
        "Title": "J",
        "Publisher": "P",
        "Platform": "Shelf",
        "Item_ID": [{"Type": "Proprietary", "Value": "P:1"}, {"Type": "Print_ISSN", "Value": "1234-5678"}],
        **{"Data_Type": "Journal", "Section_Type": "Article", "YOP": 2020, "Access_Type": "Controlled"},
        "Access_Method": "Regular",
        "Performance": [
            {
                "Period": {"Begin_Date": f"2026-0{month}-01", "End_Date": f"2026-0{month}-28"},
                "Instance": [{"Metric_Type": "No_License", "Count": count}],
            }
            for month, count in ((1, 1), (2, 2))
        ],
    }
    filters = [{"Name": "Begin_Date", "Value": "2026-01-01"}, {"Name": "End_Date", "Value": "2026-02-28"}]
    from_json = read_counter(save(answer([item], Release="5", Report_Filters=filters)))
    cells = grid(
        [*row, "No_License", 3, 1, 2], headings=headings, Report_ID="TR", Release="5", Reporting_Period=TO_FEBRUARY
    )
    assert usage(from_json) == usage(read_counter(save(tsv(cells))))
    item["Performance"][0]["Period"]["End_Date"] = "2026-02-28"  # type: ignore[index]
    assert refusal(save(answer([item], Release="5", Report_Filters=filters))).rule == "counter_no_months"


def test_nested_items_read_as_the_tabular_item_report(save: Save) -> None:
    headings = [
        "Item",
        "Publisher",
        "Platform",
        "Authors",
        "Publication_Date",
        "Article_Version",
        "DOI",
        "Proprietary_ID",
    ]
    headings += ["Parent_Title", "Parent_Authors", "Parent_Data_Type", "Parent_DOI", "Parent_Print_ISSN", "Parent_URI"]
    headings += ["Data_Type", "YOP", "Access_Type", "Access_Method", "Metric_Type", "Jan-2026", "Feb-2026"]
    shared = ["Article", "2020", "Open", "Regular", "No_License", 1, 2]
    first = ["I1", "P", "Shelf", "A Writer (ORCID:1)", "2020-02-03", "VoR", "10.1/i", "P:1", "J", "B Writer", "Journal"]
    second = ["I2", "P", "Shelf", "", "", "", "", "P:2", *[""] * 6]
    rows = [[*first, "10.1/j", "1234-5678", "https://x.org/j", *shared], [*second, *shared]]
    from_tsv = read_counter(save(tsv(grid(*rows, headings=headings, Report_ID="IR", Reporting_Period=TO_FEBRUARY))))
    split = {"Data_Type": "Article", "YOP": "2020", "Access_Type": "Open", "Access_Method": "Regular"}
    performance = [{**split, "Performance": {"No_License": {"2026-01": 1, "2026-02": 2}}}]
    nested = [
        {
            "Title": "J",
            "Data_Type": "Journal",
            "Authors": [{"Name": "B Writer"}],
            "Item_ID": {"DOI": "10.1/j", "Print_ISSN": "1234-5678", "URI": "https://x.org/j"},
            "Items": [
                {
                    **{"Item": "I1", "Publisher": "P", "Platform": "Shelf", "Publication_Date": "2020-02-03"},
                    **{"Authors": [{"Name": "A Writer", "ORCID": "1"}], "Article_Version": "VoR"},
                    "Item_ID": {"DOI": "10.1/i", "Proprietary": "P:1"},
                    "Attribute_Performance": performance,
                }
            ],
        },
        {
            "Items": [
                {
                    **{"Item": "I2", "Publisher": "P", "Platform": "Shelf", "Item_ID": {"Proprietary": "P:2"}},
                    "Attribute_Performance": performance,
                }
            ]
        },
    ]
    assert usage(read_counter(save(answer(nested, Report_ID="IR")))) == usage(from_tsv)
    by_period = [
        {
            "Period": {"Begin_Date": begin, "End_Date": begin},
            "Instance": [{"Metric_Type": "No_License", "Count": count}],
        }
        for begin, count in (("2026-01-01", 1), ("2026-02-01", 2))
    ]
    flat = [
        {
            **{"Item": "I1", "Publisher": "P", "Platform": "Shelf", **split, "Performance": by_period},
            "Item_ID": [{"Type": "DOI", "Value": "10.1/i"}, {"Type": "Proprietary", "Value": "P:1"}],
            "Item_Dates": [{"Type": "Publication_Date", "Value": "2020-02-03"}],
            "Item_Attributes": [{"Type": "Article_Version", "Value": "VoR"}],
            "Item_Contributors": [{"Type": "Author", "Name": "A Writer"}],
            "Item_Parent": {
                **{"Item_Name": "J", "Data_Type": "Journal"},
                "Item_ID": [{"Type": "DOI", "Value": "10.1/j"}, {"Type": "Print_ISSN", "Value": "1234-5678"}],
            },
        },
        {**nested[1]["Items"][0], "Attribute_Performance": None, **split, "Performance": by_period},  # type: ignore[index]
    ]
    flat_rows = read_counter(save(answer(flat, Report_ID="IR", Release="5"))).rows
    assert {row["item"] for _, row in flat_rows} == {row["item"] for _, row in from_tsv.rows}

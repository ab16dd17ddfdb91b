"""The expectation of a rule over several rows, asked once: Great Expectations' own asks its query twice.

Belongs here: counting the rows such a query returns. Does not belong here: which rows they are (gate asks that with
Great Expectations' own, of what failed only). Imported where a gate runs, because Great Expectations is slow to import.
"""

from typing import Any, ClassVar

from great_expectations.expectations import UnexpectedRowsExpectation
from typing_extensions import override


class CountedRows(UnexpectedRowsExpectation):
    """Fails where the query returns a row."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    @override
    def _validate(self, metrics: dict[str, Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"success": metrics["unexpected_rows_query.row_count"] == 0}

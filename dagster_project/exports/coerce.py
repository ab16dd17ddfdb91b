"""From text to typed values, in SQL, and the rule each bad value breaks.

Belongs here: one SQL expression for a column's value and one for the rule it breaks.
Does not belong here: rules that span rows (expectations), where the text came from (readers).
Everything runs inside DuckDB, so ten million rows never pass through Python one by one.
"""

from dagster_project.exports.column import SEPARATOR
from dagster_project.exports.contract import SQL_TYPES, Column

EMPTY_WORDS = ("", "-", "n/a", "#n/a", "na", "null", "none", "nil", "not recorded")
MAX_TEXT = 200
PLAIN = "[\\pL0-9 .,;:()''\u2019£%&?!+-]*"  # no address, link or tag; a quotation mark stands twice, as SQL asks
REFERENCE = "[0-9]{5}"  # so many digits are a case's or a person's number

DATE_FORMATS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%B-%Y",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
)  # fmt: skip
MONTH_FORMATS = ("%Y-%m", "%b-%Y", "%B-%Y", "%b %Y", "%B %Y", "%m/%Y")

TYPE_RULES = {
    "date": "not_a_date",
    "month": "not_a_month",
    "integer": "not_a_whole_number",
    "decimal": "not_a_number",
    "boolean": "not_yes_or_no",
    "choice": "unknown_choice",
}


def stripped(text: str) -> str:
    """SQL: `text` without the space, line breaks and invisible characters around it."""
    return f"regexp_replace({text}, '^[\\s\\pZ\\pC]+|[\\s\\pZ\\pC]+$', '', 'g')"


def cleaned(column: Column) -> str:
    """SQL: the column's text without what surrounds it, no-break spaces as spaces; null for words that mean empty.

    A word that is one of the column's choices does not mean empty there.
    """
    text = stripped(f"replace({column.name}, chr(160), ' ')")
    words = ", ".join(sql_text(word) for word in EMPTY_WORDS if word not in column.codes)
    found = f"case when lower({text}) in ({words}) then null else {text} end"
    return found if column.default is None else f"coalesce({found}, {sql_text(column.default)})"


def value(column: Column, text: str) -> str:
    """SQL: `text` (the cleaned column) as the column's type, null where it is none."""
    match column.type:
        case "integer":
            return (
                f"case when regexp_full_match({text}, '[+-]?(\\d+|[1-9]\\d{{0,2}}(,\\d{{3}})+)(\\.0+)?') "
                f"then try_cast(split_part(replace({text}, ',', ''), '.', 1) as bigint) end"
            )
        case "decimal":
            return (
                f"case when regexp_full_match({text}, "
                f"'[+-]?(\\d+|[1-9]\\d{{0,2}}(,\\d{{3}})+)?(\\.\\d+)?([eE][+-]?\\d+)?') "
                f"then try_cast(try_cast(replace({text}, ',', '') as decimal(38, 12)) as decimal(18, 4)) end"
            )
        case "date":
            return _date(text, DATE_FORMATS)
        case "month":
            found = f"coalesce({_date(text, MONTH_FORMATS)}, {_date(text, DATE_FORMATS)})"
            return f"cast(date_trunc('month', {found}) as date)"
        case "boolean":
            return (
                f"case when lower({text}) in ('yes', 'y', 'true', 't', '1', '1.0') then true "
                f"when lower({text}) in ('no', 'n', 'false', 'f', '0', '0.0') then false end"
            )
        case "choice":
            return _choice(column, text)
        case "person" | "reference":
            return f"upper({text})"
        case _:
            return text


def broken_rule(column: Column, text: str, typed: str) -> str:
    """SQL: the name of the first rule the cell breaks, null where it breaks none. `typed` is its value."""
    cases = []
    if column.required:
        cases.append(f"when {text} is null then 'missing'")
    if column.type in TYPE_RULES:
        cases.append(f"when {text} is not null and {typed} is null then '{TYPE_RULES[column.type]}'")
    if column.type in ("text", "person", "reference", "identifier"):
        cases.append(f"when length({text}) > {MAX_TEXT} then 'too_long'")
    if column.is_plain:
        is_plain = f"regexp_full_match({text}, '{PLAIN}') and not regexp_matches({text}, '{REFERENCE}')"
        cases.append(f"when not ({is_plain}) then 'not_plain'")
    if column.minimum is not None:
        cases.append(f"when {typed} < {_bound(column, column.minimum)} then 'below_minimum'")
    if column.maximum is not None:
        cases.append(f"when {typed} > {_bound(column, column.maximum)} then 'above_maximum'")
    return f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"


def broken_rule_of_row(column: Column) -> str:
    """SQL over cells: the rule the cell breaks by itself or, if none, beside the row's other cells."""
    where = " or ".join(
        f"{name} in ({', '.join(sql_text(choice) for choice in choices)})"
        for name, choices in column.required_where.items()
    )
    if not where:
        return f"_rule_{column.name}"
    return f"coalesce(_rule_{column.name}, case when {column.name} is null and ({where}) then 'missing_here' end)"


def sql_text(text: str | None) -> str:
    return "cast(null as varchar)" if text is None else "'" + text.replace("'", "''") + "'"


def _bound(column: Column, bound: object) -> str:
    return f"cast({sql_text(str(bound))} as {SQL_TYPES[column.type]})"


def _date(text: str, formats: tuple[str, ...]) -> str:
    """A two-digit year is read as the years 1970 to 2069; a year of three digits, or before 1000, is none.

    The parse stands in the SQL once: planning it is not free.
    """
    before_year = "^((?:[0-9]{1,2}[^0-9]+)?(?:[0-9]{1,2}|[A-Za-z]+)[^0-9]+)"
    full = (
        f"case when substr({text}, 5, 1) = '-' then {text} else regexp_replace(regexp_replace({text}, "
        f"'{before_year}([7-9][0-9])( |$)', '\\119\\2\\3'), '{before_year}([0-6][0-9])( |$)', '\\120\\2\\3') end"
    )
    of_four_digits = f"regexp_extract({full}, '^(.*[^0-9])?[1-9][0-9]{{3}}([^0-9].*)?$')"
    return f"cast(try_strptime({of_four_digits}, [{', '.join(sql_text(f) for f in formats)}]) as date)"


def _choice(column: Column, text: str) -> str:
    codes = ", ".join(f"{sql_text(code)}: {sql_text(choice)}" for code, choice in column.codes.items())
    if column.several:
        return _several(codes, text)
    found = _meant(codes, text)
    if column.otherwise is None:
        return found
    return f"case when {text} is not null then coalesce({found}, {sql_text(column.otherwise)}) end"


def _meant(codes: str, text: str) -> str:
    return f"map {{{codes}}}[trim(regexp_replace(lower({text}), '[^0-9a-z?:]+', ' ', 'g'))]"


def _several(codes: str, text: str) -> str:
    """Null where any of the words means none of the choices."""
    words = f"list_filter(string_split_regex({text}, '\\s*[;,|\n]+\\s*'), lambda word: word <> '')"
    found = f"list_transform({words}, lambda word: {_meant(codes, 'word')})"
    joined = f"array_to_string(list_sort(list_distinct({found})), {sql_text(SEPARATOR)})"
    return f"case when list_count({found}) = len({words}) then nullif({joined}, '') end"

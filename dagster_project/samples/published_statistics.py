"""Statistics in the layout of the Department for Education: the workforce and referrals of a country that is not there.

Belongs here: parts made up, rates computed from them, and one rate that its parts do not give (truths.py).
Does not belong here: any figure the department published.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from dagster_project.samples.draws import Draws
from dagster_project.samples.organisation import Organisation
from dagster_project.samples.truths import ORGANISATION, RESTATED_TURNOVER

YEARS = 3
PLACE = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
    "old_la_code", "new_la_code", "la_name",
)  # fmt: skip
WORKFORCE = (
    "inpost_fte", "inpost_headcount", "leavers_fte", "leavers_headcount", "turnover_rate_fte",
    "turnover_rate_headcount", "agency_fte", "agency_headcount", "agency_rate_fte", "agency_rate_headcount",
    "agency_cover_fte", "agency_cover_rate_fte", "vacancy_fte", "vacancy_rate_fte", "vacancy_agency_cover_rate_fte",
    "case_holders_fte", "cases", "caseload_fte", "working_days_lost_fte", "absence_rate_fte",
)  # fmt: skip
REFERRALS = (
    "referral_count", "rereferral_count", "rereferral_percent",
    "referral_child_count", "rereferral_child_count", "rereferral_child_percent",
)  # fmt: skip

COUNTRY = ("E92000001", "England")
REGION = ("E12999901", "Fictional Region")
# Name, code, full-time equivalents in post.
COUNCILS = ((ORGANISATION, "E06999901", 160), ("Nowhereshire", "E10999902", 420), ("Sampleton", "E08999903", 90))
NEW_COUNCIL = "Sampleton"  # z in its first year


def write_sample(out: Path, made: Organisation) -> list[Path]:
    """The two files, with the reporting years that ended before the year of the last month."""
    folder, seed = out / "published_statistics", made.seed
    years = [made.covered[-1].first.year - back for back in range(1, YEARS + 1)]
    folder.mkdir(parents=True, exist_ok=True)
    span = f"{years[-1]}_to_{years[0]}"
    return [
        _write(folder / f"csww_indicators_{span}.csv", WORKFORCE, years, Draws(seed, "published/workforce")),
        _write(folder / f"c1_children_in_need_referrals_and_rereferrals_{span}.csv", REFERRALS, years,
               Draws(seed, "published/referrals")),
    ]  # fmt: skip


def _write(path: Path, headings: tuple[str, ...], years: list[int], draws: Draws) -> Path:
    make = _workforce if headings is WORKFORCE else _referrals
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*PLACE, *headings])
        for year in years:
            for level, region, council, fte in _areas():
                figures = make(draws, fte)
                if level == "National" and year == years[1] and headings is WORKFORCE:
                    figures["turnover_rate_fte"] += RESTATED_TURNOVER
                cells = [f"{figures[heading].normalize():f}" for heading in headings]
                if council[1] == NEW_COUNCIL and year == years[-1]:
                    cells = ["z"] * len(headings)
                writer.writerow([year, "Reporting year", level, *COUNTRY, *region, "", *council, *cells])
    return path


def _areas() -> list[tuple[str, tuple[str, str], tuple[str, str], int]]:
    """Level, region, council and full-time equivalents in post: England, its one region shown, the councils."""
    local = [("Local authority", REGION, (code, name), fte) for name, code, fte in COUNCILS]
    return [("National", ("", ""), ("", ""), 33_000), ("Regional", REGION, ("", ""), 3_400), *local]


def _workforce(draws: Draws, fte: int) -> dict[str, Decimal]:
    """Parts in tenths of a full-time equivalent, and the nine rates of them."""

    def part(low: int, high: int) -> Decimal:
        """A share of the posts, in per mille between `low` and `high`."""
        return Decimal(fte * draws.between(low, high) // 100) / 10

    made = {
        "inpost_fte": part(950, 1050), "inpost_headcount": Decimal(fte * draws.between(1040, 1110) // 1000),
        "leavers_fte": part(100, 160), "leavers_headcount": Decimal(fte * draws.between(110, 170) // 1000),
        "agency_fte": part(120, 200), "agency_headcount": Decimal(fte * draws.between(130, 200) // 1000),
        "agency_cover_fte": part(80, 115), "vacancy_fte": part(130, 220), "case_holders_fte": part(550, 620),
        "cases": Decimal(fte * draws.between(9000, 10_000) // 1000), "working_days_lost_fte": part(7000, 10_000),
    }  # fmt: skip
    return made | {
        "turnover_rate_fte": _percent(made["leavers_fte"], made["inpost_fte"]),
        "turnover_rate_headcount": _percent(made["leavers_headcount"], made["inpost_headcount"]),
        "agency_rate_fte": _percent(made["agency_fte"], made["agency_fte"] + made["inpost_fte"]),
        "agency_rate_headcount": _percent(
            made["agency_headcount"], made["agency_headcount"] + made["inpost_headcount"]
        ),
        "agency_cover_rate_fte": _percent(made["agency_cover_fte"], made["agency_fte"]),
        "vacancy_rate_fte": _percent(made["vacancy_fte"], made["vacancy_fte"] + made["inpost_fte"]),
        "vacancy_agency_cover_rate_fte": _percent(made["agency_cover_fte"], made["vacancy_fte"]),
        "caseload_fte": _percent(made["cases"], 100 * made["case_holders_fte"]),
        "absence_rate_fte": _percent(made["working_days_lost_fte"], 253 * made["inpost_fte"]),
    }


def _referrals(draws: Draws, fte: int) -> dict[str, Decimal]:
    referrals = fte * draws.between(16, 20)
    children = referrals * draws.between(860, 900) // 1000
    again, children_again = (n * draws.between(190, 250) // 1000 for n in (referrals, children))
    counts = map(Decimal, (referrals, again, children, children_again))
    made = dict(zip(("referral_count", "rereferral_count", "referral_child_count", "rereferral_child_count"), counts,
                    strict=True))  # fmt: skip
    return made | {
        "rereferral_percent": _percent(made["rereferral_count"], made["referral_count"]),
        "rereferral_child_percent": _percent(made["rereferral_child_count"], made["referral_child_count"]),
    }


def _percent(numerator: Decimal, denominator: Decimal) -> Decimal:
    """As the department rounds: to one decimal, half up."""
    return (100 * numerator / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)

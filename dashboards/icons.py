"""The two icons of a measure as drawings of our own: its change, and what its target may expect.

Belongs here: marks and letters. Does not belong here: which icon a measure has (standing.py), words beside it
(templates: an icon never stands without them).

Letters are the NHS's: H and L for the high and the low side, P, F and ? for the target. Trouble is a square and
everything else a circle, so that shape and letter say it without colour.
"""

from markupsafe import Markup

from dashboards.standing import Change, Outlook, Standing
from dashboards.words import CHANGE_HEADS, OUTLOOK_HEADS

CONCERN, GOOD, PLAIN, APART = "#a8440e", "#12436d", "#595959", "#5b3f87"

WAVE = Markup('<path d="M7 17q3-7 6-1t6 0q2-5 6-1" fill="none" stroke="{}" stroke-width="1.8"/>')
DOTS = Markup('<path d="M{} {}L{} {}L{} {}" fill="none" stroke="{}" stroke-width="1.4"/>')
SPOT = Markup('<circle cx="{}" cy="{}" r="2" fill="{}"/>')


def change_icon(change: Change, *, is_high: bool | None) -> Markup:
    """A wave for no clear change; else H or L with three points that leave the usual range on that side.

    Without a letter where the icon stands for measures of either side (`is_high` is None).
    """
    if change == "none":
        return _framed(PLAIN, WAVE.format(PLAIN), is_square=False)
    colour = {"worse": CONCERN, "better": GOOD, "apart": APART}[change]
    spots = [(15, 10), (20, 15), (25, 21)] if is_high is False else [(15, 22), (20, 17), (25, 11)]
    if is_high is None:
        spots = [(7, 16), (16, 16), (25, 16)]
    line = DOTS.format(*(coordinate for spot in spots for coordinate in spot), colour)
    marks = Markup("").join(SPOT.format(x, y, colour) for x, y in spots)
    letter = Markup("") if is_high is None else _letter("H" if is_high else "L", 9, 14 if is_high else 25, 11, colour)
    return _framed(colour, line + marks + letter, is_square=change == "worse")


def outlook_icon(outlook: Outlook) -> Markup:
    """P met, F not met, ? now and then, a dash without a target."""
    letter, colour = {
        "pass": ("P", GOOD),
        "fail": ("F", CONCERN),
        "inconsistent": ("?", PLAIN),
        "no_target": ("\u2013", PLAIN),
    }[outlook]
    dashes = Markup(' stroke-dasharray="3 2"') if outlook in ("inconsistent", "no_target") else Markup("")
    return _framed(colour, _letter(letter, 16, 22, 17, colour), is_square=outlook == "fail", dashes=dashes)


def standing_icons(each: Standing) -> list[dict[str, object]]:
    """The two icons of a measure, each with its words; none where nothing may be said."""
    if each.change is None or each.outlook is None:
        return []
    return [
        {"drawing": change_icon(each.change, is_high=each.is_high), "words": CHANGE_HEADS[each.change]},
        {"drawing": outlook_icon(each.outlook), "words": OUTLOOK_HEADS[each.outlook]},
    ]


def _letter(letter: str, x: int, y: int, size: int, colour: str) -> Markup:
    return Markup(
        '<text x="{}" y="{}" text-anchor="middle" font-family="Arial, Helvetica, sans-serif" font-size="{}" '
        'font-weight="bold" fill="{}">{}</text>'
    ).format(x, y, size, colour, letter)


def _framed(colour: str, inside: Markup, *, is_square: bool, dashes: Markup = Markup("")) -> Markup:  # noqa: B008
    shape = (
        Markup('<rect x="2" y="2" width="28" height="28" rx="3"')
        if is_square
        else Markup('<circle cx="16" cy="16" r="14"')
    )
    frame = shape + Markup(' fill="#fff" stroke="{}" stroke-width="2"{}/>').format(colour, dashes)
    return (
        Markup('<svg class="icon" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">')
        + frame
        + inside
        + Markup("</svg>")
    )

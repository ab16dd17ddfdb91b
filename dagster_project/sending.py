"""What leaders are sent: the board pack of the newest month with a paragraph, or the notice that it is held.

Belongs here: choosing the month, the words, what is attached. Does not belong here: delivery (messages), the data
team's digest (digest).
"""

import datetime
import html
import re
from dataclasses import dataclass
from pathlib import Path

from dagster_project.editions import FIGURES, read_manifest
from dagster_project.home import Home
from dagster_project.messages import addresses, hand_over
from dagster_project.newest_page import newest_page
from dagster_project.problems import SettingsProblem

PACKS = ("board_pack.pdf", "figures.xlsx")


@dataclass(frozen=True)
class Letter:
    """A message to leaders; `attached` are files."""

    title: str
    body: str
    attached: list[Path]


def letter(home: Home, as_at: datetime.date) -> Letter:
    """The newest month as one paragraph and its pack, or the notice; raises SettingsProblem where there is neither."""
    page = newest_page(home.published, as_at)
    if page is None:
        raise SettingsProblem("Nothing is published yet: practice-metrics run, then practice-metrics publish")
    if page.name == "held.html":
        return _held(home, page)
    return _edition(page.parent)


def send(home: Home, message: Letter) -> int:
    """Hand the letter to the addresses of `send_to`; how many there are, SettingsProblem where there are none."""
    to = addresses("PRACTICE_METRICS_SEND_TO", home.settings.send_to)
    if not to:
        raise SettingsProblem(f"Nobody to send to: name addresses in send_to of {home.config}")
    return hand_over("send_to", to, message.title, message.body, message.attached)


def _edition(edition: Path) -> Letter:
    from dashboards.figures import Figures
    from dashboards.summary_page import summary_words

    figures = Figures.from_json((edition / FIGURES).read_text("utf-8"))
    signed = read_manifest(edition)["signed_off_by"]
    made_up = " Every figure is made up." if figures.is_sample else ""
    body = f"{summary_words(figures)} Signed off by: {signed}.{made_up}"
    attached = [edition / name for name in PACKS if (edition / name).exists()]
    return Letter(f"{figures.organisation}: use of evidence, {figures.month:%B %Y}", body, attached)


def _held(home: Home, notice: Path) -> Letter:
    """The reasons as the notice tells them."""
    reasons = re.findall(r"<li>(.*?)</li>", notice.read_text("utf-8"), re.DOTALL)
    month = datetime.date.fromisoformat(f"{notice.parent.name}-01")
    body = f"The figures for {month:%B %Y} are held, because: {' '.join(html.unescape(each) for each in reasons)}"
    return Letter(f"{home.settings.organisation}: use of evidence, {month:%B %Y} is held", body, [notice])

"""What counts things, not people, is shown however few they are: an action plan has seven actions, not seven people."""

from tests.unit.test_disclosure import ON, hidden, make


def test_share_of_actions_is_shown_and_the_same_share_of_people_hidden() -> None:
    """Three of seven actions done on time read as three of seven people, and the page said nothing."""
    assert hidden([make("all", 3, 7, people=0)], ON) == set()
    assert hidden([make("all", 3, 7, people=7)], ON) == {"all/all"}

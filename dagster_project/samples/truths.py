"""What is planted in the samples, so that a test or a page can be asked to find it again.

Belongs here: the services of the fictional council and the level each one's practice was given.
Does not belong here: how rows are drawn from those levels (modules named after feeds), faulty rows (faults.py).

The levels, all per mille, moving in a straight line from the first month to the last:

- `Family Help`: use of evidence on two or more days of a month rises from 320 to 640.
- `Hospital and Reablement`: use is low throughout, 140.
- `Children in Care`: use is steady; supervisions in which evidence was discussed rise from 420 to 620.
- `Adults and Communities`: steady in everything, and so is whatever is not named above.

Work is done in time alike everywhere, so `Hospital and Reablement` is also where work is in time and evidence is not
named; access works everywhere.

`Casebook Online` is used alike by all services all along, by 250 per mille a month, but its log is connected only for
the last third of the months: the measured use rises there and the practice does not.

In the department's statistics England's turnover of the last year but one is printed RESTATED_TURNOVER points above
what its parts give; every other rate is what its parts give.

In a round of pay progression those whose habit it is to use evidence apply more often (a planted association), and
whether an application is granted has nothing to do with use (a planted null).

Managers say far more often than practitioners that policies improve practice, and leaders that the council is a
learning organisation (AGREE, planted gaps); of group supervision both think alike (a planted null).

SILENT_MANAGERS of a thousand managers send no return for a quarter; those who do see a person's habit rightly but for
MISSEEN. What practitioners say of themselves in the survey has nothing to do with their use, nor with their service (a
planted null).

Of audits that asked, 520 per mille name a source of evidence, and 180 per mille of booked sessions of protected time
are displaced by other work; `Hospital and Reablement` is the service with conditions to look into: use is low, 180 of
its audits name a source, 450 of its sessions are displaced. Audits that name a source are graded good or better more
often (GOOD_NAMED and GOOD_NOT_NAMED, a planted association; not those that follow a concern), and whether the question
was asked has nothing to do with the grade (a planted null).

Practitioners say far more often that their last decision rested on experience, a manager or a colleague than on
evidence (RESTS_ON).

Of the action plan one block has no owner, and the money of one ended before the last month. Half-way through one role
profile begins to ask for evidence; activated accounts rise from a half of the staff. What anybody did for research has
nothing to do with their use (a planted null).

Families whose case was closed with evidence named come back less often (RETURNED_NAMED and RETURNED, a planted
association); LEFT_FOR_DEVELOPMENT of those who resign and say why go for lack of development. Who leaves has nothing to
do with use (a planted null). EXPLAINED and UNDERSTOOD of people's forms say so, CITED of statements to courts cite.

The measured share of a service lies a few points above its level (one day is enough for part-time staff, and an
evidence discussion in supervision counts as a day) and strays from it by up to ten points where few are eligible.
In one month of four a person's use is chance, in the others habit.
One in ten supervisions held leaves the evidence question blank, 8 in 100 are cancelled. Counter reports are level,
lower in August and December.
"""

from decimal import Decimal
from typing import NamedTuple

ORGANISATION = "Fictional council"
MAIL_DOMAIN = "fictional-council.example"


class Level(NamedTuple):
    """A share per mille in the first month and in the last."""

    first: int
    last: int

    def at(self, month: int, months: int) -> int:
        """The share in month number `month` (from 0) of `months`."""
        return self.first + (self.last - self.first) * month // max(1, months - 1)


class Service(NamedTuple):
    """A service: staff who use evidence on several days of a month, answered supervisions in which it was discussed,
    audits that name evidence, sessions of protected time displaced.
    """

    name: str
    using: Level
    discussed: Level
    naming: int = 520
    displaced: int = 180


RISING_USE, LOW_USE, RISING_DISCUSSION, STEADY = (
    "Family Help",
    "Hospital and Reablement",
    "Children in Care",
    "Adults and Communities",
)

SERVICES = (
    Service(RISING_USE, using=Level(320, 640), discussed=Level(500, 500)),
    Service(RISING_DISCUSSION, using=Level(480, 480), discussed=Level(420, 620)),
    Service(STEADY, using=Level(470, 470), discussed=Level(500, 500)),
    Service(LOW_USE, using=Level(140, 140), discussed=Level(480, 480), naming=180, displaced=450),
)

SERVICE_NAMES = tuple(service.name for service in SERVICES)

CONNECTED = "Casebook Online"
CONNECTED_SHARE = 250


def is_connected(month: int, months: int) -> bool:
    """Whether the log of CONNECTED comes in month number `month` (from 0) of `months`."""
    return month >= months * 2 // 3


RESTATED_TURNOVER = Decimal("0.4")

APPLIED_WITH_HABIT, APPLIED = 550, 250
PROGRESSED = 600  # of applications, whoever applied
PENDING = 150  # of the applications of the latest round

SILENT_MANAGERS = 220
MISSEEN = 150
NAMES_REPORTS = RISING_DISCUSSION  # the service whose managers name their direct reports in the last twelve months

RESPONDED = 620  # of everybody at work in the month
SAYS_REGULAR = 640
NO_TIME_FIRST = 450
CONFIDENT = 700
# Who agrees with a statement: of practitioners, and of managers (or leaders) where they are asked the same.
AGREE = {
    "decides_alone": (550, 0), "comfortable": (750, 0), "wants_more": (700, 0), "has_time": (350, 0),
    "manager_asks": (450, 0), "intends_to_stay": (780, 0),
    "policies_help": (640, 920), "group_supervision_helps": (700, 720), "online_resources_help": (600, 550),
    "time_well_spent": (620, 0), "courses_help": (660, 800), "learning_organisation": (480, 900),
    "evidence_is_priority": (420, 850),
}  # fmt: skip

# Of practitioners, what they tick as what their last important decision rested on.
RESTS_ON = {
    "rests_on_research": 180, "rests_on_case_law": 80, "rests_on_law": 220, "rests_on_guidance": 260,
    "rests_on_experience": 720, "rests_on_manager": 480, "rests_on_colleague": 410,
}  # fmt: skip

ASKED = 800  # of audits, whatever their grade
GOOD_NAMED, GOOD_NOT_NAMED, GOOD_TARGETED = 750, 500, 250
NOT_RECORDED = 50  # of sessions of protected time

NAMED_AT_CLOSURE = 450
RETURNED_NAMED, RETURNED = 130, 300
LEFT_FOR_DEVELOPMENT = 200
EXPLAINED, UNDERSTOOD = 800, 720
CITED = 550

CASES = 15  # of a full-time worker who is there, give or take six
IN_TIME = 900  # of work that fell due, in every team (a planted null)
CONSULTED = 24  # consultations of a manager in a month, give or take half
UNCONNECTED = 50  # of the practitioners of a service

BLANK_ANSWERS = 100
CANCELLED = 80

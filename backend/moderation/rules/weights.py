"""What a report weighs, and when reports alone take a thing out of sight. Whole hundredths: sums are exact."""

from datetime import timedelta

BASE_PCT = 100
"""A stranger's first report is one."""
STAFF_PCT = 500
"""Who answers for the community is believed at once."""
SETTLED_PCT = 50
"""After SETTLED_AFTER: no longer somebody who came for this."""
ROOTED_PCT = 100
"""After ROOTED_AFTER: twice a stranger's word, so that four such homes hide what eight strangers would."""
SETTLED_AFTER = timedelta(days=30)
ROOTED_AFTER = timedelta(days=365)
"""How long somebody lives here: those who came to bury a thread came last week."""
ACCURACY_STEP_PCT = 5
"""A report that was agreed with; as much is taken off for one that wasn't."""
ACCURACY_OVER = 100
"""Outcomes, the newest: people change."""

REPORTS_A_DAY_MOST = 10
"""Nobody meets more in a day; beyond, somebody is at war."""
HIDE_FROM_PCT = 800
"""Eight strangers of eight homes, or three neighbours whose reports were right many times."""
HIDE_FROM_HOMES = 3
"""Three aligned people of one home can't bury a complaint, nor can two homes."""
HIDDEN_FOR = timedelta(hours=24)
"""Then a moderator has looked, or it comes back."""


def weight_pct(*, is_staff: bool, here_for: timedelta | None, agreed: int, disagreed: int) -> int:
    """1 + trust + accuracy in hundredths, never below nothing. `here_for` null: lives elsewhere.

    `agreed` and `disagreed` count among the reporter's last ACCURACY_OVER outcomes.
    """
    return max(0, BASE_PCT + _trust_pct(is_staff, here_for) + ACCURACY_STEP_PCT * (agreed - disagreed))


def is_heavy(weight: int, homes: int) -> bool:
    """Whether reports of this weight from so many homes may hide something by themselves."""
    return weight >= HIDE_FROM_PCT and homes >= HIDE_FROM_HOMES


def _trust_pct(is_staff: bool, here_for: timedelta | None) -> int:
    if is_staff:
        return STAFF_PCT
    if here_for is None or here_for < SETTLED_AFTER:
        return 0
    return ROOTED_PCT if here_for >= ROOTED_AFTER else SETTLED_PCT

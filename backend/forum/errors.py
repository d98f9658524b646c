"""How forum says no."""

from backend.core.errors import Conflict, Forbidden


class PollRefused(Conflict):
    """A poll goes with a discussion of one's own that nobody has answered yet, or any that staff add one to."""

    code = "forum.poll_refused"


class HomePollRefused(Forbidden):
    """Homes and owners are asked by staff and the owners' committee."""

    code = "forum.home_poll_refused"


class NobodyVotes(Conflict):
    code = "forum.nobody_votes"


class AreasUnknown(Conflict):
    """A quorum by floor area needs the area of every home."""

    code = "forum.areas_unknown"


class PollNotOpen(Conflict):
    code = "forum.poll_not_open"


class NoElector(Forbidden):
    """Who votes was settled when the poll opened."""

    code = "forum.no_elector"


class HomeHasVoted(Conflict):
    """One elector, one vote, whichever way it came."""

    code = "forum.home_has_voted"


class BallotFinal(Conflict):
    """Nobody can find a secret ballot again, so nobody can change it."""

    code = "forum.ballot_final"


class BallotsUnpublished(Conflict):
    """The list comes out when the poll has closed; of a cancelled one never."""

    code = "forum.ballots_unpublished"


class PaperDiffers(Conflict):
    """The second of staff entered something else: both look at the paper again."""

    code = "forum.paper_differs"
    keeps_writes = True


class IssueRefused(Conflict):
    """A poll is no public issue."""

    code = "forum.issue_refused"


class IssueNotYours(Forbidden):
    """The named organisation moves it; its author and moderators reopen it."""

    code = "forum.issue_not_yours"


class BadgeRefused(Forbidden):
    """Only its members answer under an organisation's badge."""

    code = "forum.badge_refused"

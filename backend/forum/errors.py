"""How the forum says no."""

from backend.core.errors import Conflict, Forbidden, Invalid, TooMany


class NotYourBoard(Forbidden):
    """One may read it, and others write there."""

    code = "forum.not_your_board"


class BoardArchived(Conflict):
    code = "forum.board_archived"


class BoardNameTaken(Conflict):
    code = "forum.board_name_taken"


class TooManyBoards(Conflict):
    code = "forum.too_many_boards"


class VoiceRefused(Invalid):
    """One speaks for oneself, or for an organisation that one belongs to."""

    code = "forum.voice_refused"


class ThreadLocked(Conflict):
    code = "forum.thread_locked"


class ThreadClosed(Conflict):
    """Held, hidden, deleted or merged: nobody answers, reacts or moves it."""

    code = "forum.thread_closed"


class TooSoon(TooMany):
    """Between two posts of one neighbour."""

    code = "forum.too_soon"


class FirstDayUsedUp(TooMany):
    """An account's first 24 hours."""

    code = "forum.first_day_used_up"


class SlowMode(TooMany):
    """The thread's own pace."""

    code = "forum.slow_mode"


class SaidAlready(Conflict):
    """The same words a moment ago."""

    code = "forum.said_already"


class EditTooLate(Conflict):
    code = "forum.edit_too_late"


class EditedTooOften(Conflict):
    code = "forum.edited_too_often"


class NotEditable(Conflict):
    """Hidden, deleted or merged."""

    code = "forum.not_editable"


class VotedUpon(Conflict):
    """A poll that somebody has voted in: its question and its thread's title stay, and so does the thread."""

    code = "forum.voted_upon"


class NoQuestion(Conflict):
    """Only answers to questions are accepted."""

    code = "forum.no_question"


class CannotMerge(Conflict):
    """Polls and public issues stay what they are, and nothing goes into itself."""

    code = "forum.cannot_merge"


class TooLongToMerge(Conflict):
    code = "forum.too_long_to_merge"


class TooManyDrafts(Conflict):
    code = "forum.too_many_drafts"


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

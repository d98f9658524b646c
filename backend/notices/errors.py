"""How notices say no."""

from backend.core.errors import Conflict, Invalid, TooMany


class VoiceRefused(Invalid):
    """One speaks for one's organisations, a resident for themselves, and news come from committee and party."""

    code = "notices.voice_refused"


class OwnNotice(Conflict):
    """Nobody reviews what they handed in."""

    code = "notices.own_notice"


class SecondNeeded(Conflict):
    """An urgent one needs two of the staff, or one committee admin."""

    code = "notices.second_needed"


class UrgentUsedUp(Conflict):
    """The organisation has published its urgent ones of this month."""

    code = "notices.urgent_used_up"


class NotEditable(Conflict):
    """It stands where its text may not change."""

    code = "notices.not_editable"


class TooManyAtATime(Conflict):
    """Drafts, what waits for review, and what was begun today, of one writer."""

    code = "notices.too_many_at_a_time"


class EditedTooOften(Conflict):
    code = "notices.edited_too_often"


class RemindedLately(TooMany):
    """By hand, one round for each notice and channel in a while."""

    code = "notices.reminded_lately"


class NoTexts(Conflict):
    """No provider of text messages is set."""

    code = "notices.no_texts"

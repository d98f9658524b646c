"""How moderation says no."""

from backend.core.errors import Conflict, Forbidden, Invalid, TooMany


class Silenced(Forbidden):
    """Muted or suspended here, until a moment that the sentence names."""

    code = "moderation.silenced"


class WordRefused(Invalid):
    """The text holds a word that this community, or the platform, doesn't let through."""

    code = "moderation.word_refused"
    keeps_writes = True  # that the word was met is counted


class OwnThing(Conflict):
    """Nobody reports what they wrote."""

    code = "moderation.own_thing"


class ReportedAlready(Conflict):
    code = "moderation.reported_already"


class ReportedTooOften(TooMany):
    code = "moderation.reported_too_often"


class OwnCase(Conflict):
    """Nobody decides on what they wrote."""

    code = "moderation.own_case"


class ClaimedByAnother(Conflict):
    code = "moderation.claimed_by_another"


class Decided(Conflict):
    code = "moderation.decided"


class TooManyNotes(Conflict):
    code = "moderation.too_many_notes"


class NotOffered(Invalid):
    """Such a thing can't be locked, or deleted, or nobody is there to be warned."""

    code = "moderation.not_offered"


class AppealTooLate(Conflict):
    code = "moderation.appeal_too_late"


class AppealedAlready(Conflict):
    code = "moderation.appealed_already"


class AnotherMustDecide(Conflict):
    """An appeal is decided by neither the one who decided first nor the one who appeals."""

    code = "moderation.another_must_decide"


class NoAppeal(Conflict):
    """There is none, or it has been decided."""

    code = "moderation.no_appeal"


class WordEmpty(Invalid):
    """Nothing of it is left once tricks are taken off, or too little to look for."""

    code = "moderation.word_empty"


class WordListed(Conflict):
    """The list has it, perhaps in another spelling."""

    code = "moderation.word_listed"


class TooManyWords(Conflict):
    code = "moderation.too_many_words"

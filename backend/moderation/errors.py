"""How moderation says no."""

from backend.core.errors import Forbidden, Invalid


class Silenced(Forbidden):
    """Muted or suspended here, until a moment that the sentence names."""

    code = "moderation.silenced"


class WordRefused(Invalid):
    """The text holds a word that this community, or the platform, doesn't let through."""

    code = "moderation.word_refused"

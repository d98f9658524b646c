"""Why there is no poster."""

from backend.core.errors import Unavailable


class FontMissing(Unavailable):
    """No Chinese font where the settings say, or where the installation put it: the operator's to mend."""

    code = "notices.font_missing"


class PosterFailed(Unavailable):
    """The typesetter took too long or broke."""

    code = "notices.poster_failed"

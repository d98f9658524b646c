"""How search says no."""

from backend.core.errors import Conflict, Invalid


class TooManySynonyms(Conflict):
    code = "search.too_many_synonyms"


class SynonymTaken(Invalid):
    """A word is in one group only: otherwise nobody could say what it means."""

    code = "search.synonym_taken"

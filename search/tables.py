"""What search stores: documents for the PostgreSQL engine, synonyms, and what people looked for."""

from piccolo.columns import UUID, Array, BigInt, Boolean, Bytea, Integer, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id

__all__ = ["SearchDocument", "SearchPending", "SearchQuery", "SearchSynonym"]


class SearchDocument(Table, tablename="search_document"):
    """One document of the PostgreSQL engine.

    Migrations add `heading` and `vector`, its words as tsvectors, the latter with a GIN index, and `line`, its number
    within the community.
    """

    id = UUID(primary_key=True, default=new_id, help_text="The thing's own.")
    kind = Varchar(length=12)
    community = UUID()
    audience = Array(Text(), default=list)
    title = Text(default="")
    body = Text(default="")
    extras = Array(Text(), default=list)
    author = Text(default="")
    subject = UUID()
    number = Integer(null=True, default=None)
    board = UUID(null=True, default=None)
    building = UUID(null=True, default=None)
    created_at = Timestamptz()
    popularity = Integer(default=0)
    generation = Integer(default=1, help_text="Of the rebuild that wrote it.")


class SearchPending(Table, tablename="search_pending"):
    """A document that the outside engine has yet to take; the worker sends them in batches."""

    id = BigInt(primary_key=True, default=0)
    kind = Varchar(length=12)
    document = UUID()
    at = Timestamptz(default=TimestamptzNow())
    claimed_until = Timestamptz(null=True, default=None, help_text="Somebody is sending it.")

    one_pending = Unique(["kind", "document"])


class SearchSynonym(Table, tablename="search_synonym"):
    """Words that mean the same here: 物业, 物管."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    words = Array(Varchar(length=20))
    edits = Integer(default=1)
    changed_at = Timestamptz(default=TimestamptzNow())


class SearchQuery(Table, tablename="search_query"):
    """What was looked for on a day and how often in vain; never by whom."""

    id = UUID(primary_key=True, default=new_id)
    community = UUID()
    words = Varchar(length=100)
    day = Timestamptz()
    asked = Integer(default=0)
    found_nothing = Integer(default=0)
    askers = Array(Bytea(), default=list, help_text="Keyed hashes of accounts, at most 20: one neighbour is one wish.")
    is_answered = Boolean(default=False, help_text="The desk has seen to it.")

    one_line = Unique(["community", "words", "day"])
    asked_at_least = Check("asked >= found_nothing AND found_nothing >= 0")

"""What media stores; the files themselves lie in the object store under `file`."""

from piccolo.columns import UUID, Array, Bytea, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from backend.core.ids import new_id

__all__ = ["Medium"]


class Medium(Table, tablename="medium"):
    """One uploaded picture or PDF. It belongs to an account, not a community: evidence comes before any residency."""

    id = UUID(primary_key=True, default=new_id)
    owner = UUID(help_text="Account.")
    file = UUID(help_text="Random; names the folder in the object store, so that an id tells no address.")
    purpose = Varchar(length=10)
    kind = Varchar(length=5, default="image")
    name = Varchar(length=80, null=True, default=None, help_text="As its owner called it; attachments only.")
    state = Varchar(length=10, default="processing")
    refused_for = Varchar(length=40, null=True, default=None, help_text="A code of errors.REASONS.")
    stored_bytes = Integer(help_text="Of the raw file while processing, then of the variants.")
    width = Integer(null=True, default=None, help_text="Of the widest variant, in px.")
    height = Integer(null=True, default=None)
    pages = Integer(null=True, default=None, help_text="Of a PDF.")
    thumbhash = Varchar(length=88, null=True, default=None, help_text="Base64.")
    variants = Array(Varchar(), default=list, help_text="Narrow to wide.")
    upload_key = UUID(null=True, default=None, help_text="Idempotency-Key of the upload.")
    digest = Bytea(help_text="SHA-256 of the raw file: the same key with another file is refused.")
    created_at = Timestamptz(default=TimestamptzNow())
    attached_at = Timestamptz(null=True, default=None, help_text="Since when something shows it.")

    known_purpose = Check("purpose IN ('public', 'evidence', 'attachment')")
    known_kind = Check("kind = 'image' OR (kind = 'pdf' AND purpose = 'attachment')")
    attachment_has_a_name = Check("(purpose = 'attachment') = (name IS NOT NULL AND name <> '')")
    known_state = Check("state IN ('processing', 'ready', 'refused')")
    refused_for_a_reason = Check("(state = 'refused') = (refused_for IS NOT NULL)")
    ready_is_whole = Check(
        "state <> 'ready' OR (cardinality(variants) > 0 AND CASE kind"
        " WHEN 'pdf' THEN pages > 0 ELSE width > 0 AND height > 0 AND thumbhash IS NOT NULL END) IS TRUE"
    )
    only_ready_is_attached = Check("attached_at IS NULL OR state = 'ready'")
    one_upload_a_key = Unique(["owner", "upload_key"])

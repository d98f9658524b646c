"""What may be done with pictures and files: upload, develop, show, attach, delete, and tidy up after all of these."""

from backend.media.service.answering import attachment_answer
from backend.media.service.developing import develop
from backend.media.service.keeping import (
    attach,
    check_storage,
    delete,
    delete_all_of,
    drop_files,
    drop_staged,
    purge_unattached,
    sweep_orphans,
)
from backend.media.service.showing import OpenedFile, open_attachment, open_private, opened
from backend.media.service.uploading import keep_upload, refuse_full, settle

__all__ = [
    "OpenedFile",
    "attach",
    "attachment_answer",
    "check_storage",
    "delete",
    "delete_all_of",
    "develop",
    "drop_files",
    "drop_staged",
    "keep_upload",
    "open_attachment",
    "open_private",
    "opened",
    "purge_unattached",
    "refuse_full",
    "settle",
    "sweep_orphans",
]

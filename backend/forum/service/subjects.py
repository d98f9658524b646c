"""How moderation sees threads and replies, and takes them away."""

from backend.core.subjects import Subject

SUBJECTS: dict[str, Subject] = {}

"""Inbox asks for no role: everybody has their own, and nobody anybody else's."""

ROLES: dict[str, set[str]] = {}

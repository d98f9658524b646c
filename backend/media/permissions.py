"""Media asks for no role: what is public anybody may see, what is evidence only its owner (and, by their own check,
the domains it was handed to)."""

ROLES: dict[str, set[str]] = {}

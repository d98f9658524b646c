"""Media asks for no role: what is public anybody may see, evidence and attachments only their owner (and whom the
domains they were handed to let see them)."""

ROLES: dict[str, set[str]] = {}

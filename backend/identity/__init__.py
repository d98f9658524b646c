"""Identity: accounts, sign-in, verified persons, homes, residencies, organisations, roles."""

"""What identity decides without asking anybody: limits, checks, names, the verification flow."""

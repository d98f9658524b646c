"""What search asks of the database besides its engine."""

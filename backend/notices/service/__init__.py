"""What may be done with notices."""

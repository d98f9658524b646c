"""What may be done in identity: one use case, one function, one transaction."""

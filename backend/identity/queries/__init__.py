"""What may be asked of identity: one screen, a bounded number of statements."""

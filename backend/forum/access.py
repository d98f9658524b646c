"""The doors of forum."""

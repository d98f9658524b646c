"""The doors of moderation."""

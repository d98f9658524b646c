"""How moderation says no."""

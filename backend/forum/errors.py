"""How forum says no."""

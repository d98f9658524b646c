"""What notices decide without asking anybody."""

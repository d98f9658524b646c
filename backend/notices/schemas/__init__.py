"""What crosses the wire about notices."""

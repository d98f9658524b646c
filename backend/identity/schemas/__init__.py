"""What crosses the wire in identity. Input refuses what it doesn't know; output has no defaults."""

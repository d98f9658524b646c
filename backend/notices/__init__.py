"""Notices and news: written, reviewed, published to an audience, and known to have reached every home."""

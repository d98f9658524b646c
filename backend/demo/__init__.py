"""The demo neighbourhood: two communities with invented people, made through the services that real ones use."""

from backend.demo.neighbourhood import fill

__all__ = ["fill"]

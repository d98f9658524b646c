"""The poster of a notice for the lift and the notice board: an A4 PDF in large type, with a code that leads to it.

`poster_pdf` asks a child process (`child`), which sets `poster.typ` with what `wording` made plain and what `fonts`
found. Nothing here reads the database.
"""

# tidy: allow rooms, because a poster is printed by a typesetter in a process of its own, which no other domain has

from backend.notices.poster.content import Poster
from backend.notices.poster.printing import poster_pdf

__all__ = ["Poster", "poster_pdf"]

"""What other domains ask of search: `refresh` after a change, `similar` while somebody types."""

from search.queries.finding import similar
from search.service.refreshing import REFRESH_MOST, recount, refresh

__all__ = ["REFRESH_MOST", "recount", "refresh", "similar"]

"""How many urgent ones an organisation has had in a calendar month, where the community lives."""

from backend.identity.queries.organisations import COMMUNITY_ZONE

_ZONE = COMMUNITY_ZONE.format(which="n.community")
_ITS_OWN = "u.community = n.community AND u.organisation IS NOT DISTINCT FROM n.organisation AND u.id <> n.id"
_MONTH = "date_trunc('month', {moment}, " + _ZONE + ") = date_trunc('month', {at}::timestamptz, " + _ZONE + ")"

URGENT_USED = f"""
((SELECT count(*) FROM notice u
  WHERE {_ITS_OWN} AND u.priority = 'urgent' AND u.published_at > {{at}}::timestamptz - interval '32 days'
    AND {_MONTH.format(moment="u.published_at", at="{at}")})
 + (SELECT count(*) FROM notice u
    WHERE {_ITS_OWN} AND u.priority = 'urgent' AND u.state = 'scheduled'
      AND {_MONTH.format(moment="u.starts_at", at="{at}")}))
"""
"""Others of the organisation of row `n`, published or scheduled in the month around `at`. One that was taken down
counts: it rang."""

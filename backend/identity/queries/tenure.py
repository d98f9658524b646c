"""Since when somebody lives in a community, and in which home."""

HOME_SINCE = """
(SELECT lived.home, (SELECT min(any_home.started_at) FROM residency any_home
                     WHERE any_home.person = lived.person AND any_home.community = lived.community
                       AND any_home.ended_at IS NULL) AS since
 FROM residency lived JOIN account known ON known.person = lived.person
 WHERE known.id = {who} AND lived.community = {where} AND lived.ended_at IS NULL
   AND (lived.lease_ends_on IS NULL OR lived.lease_ends_on >= {day}) ORDER BY lived.id LIMIT 1)
"""
"""A row (home, since), or none; of several homes the first one approved, always the same."""

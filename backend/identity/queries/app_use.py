"""Who can be reached by the app."""

USES_APP = """
EXISTS (SELECT FROM session s WHERE s.account = {who} AND s.ended_at IS NULL AND s.expires_at > {at}
        AND s.last_seen_at > {at}::timestamptz - interval '30 days')
"""
"""Whether an account is signed in somewhere and has been there within 30 days; who hasn't won't see a push."""

"""What other domains' statements ask about an account and its badge, one subquery each."""

JOINED_AT = "(SELECT a.created_at FROM account a WHERE a.id = {who})"

BUILDING = """
(SELECT lived.building FROM home_member({where}, {day}) AS here JOIN home_place({where}) AS lived USING (home)
 WHERE here.account = {who} ORDER BY lived.building LIMIT 1)
"""
"""Where the account lives in a community; null for one who doesn't."""

BADGES = """
SELECT o.id, o.name FROM organisation o
WHERE o.id = ANY({which}) AND o.community = {where} AND o.state = 'approved'
"""
"""Those of a community that are approved, with their names."""

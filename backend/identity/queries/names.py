"""How neighbours call an account: one subquery for every list that says who."""

NAME = """
(SELECT lived.display_name FROM residency lived JOIN account known ON known.person = lived.person
 WHERE known.id = {who} AND lived.community = {where} AND lived.ended_at IS NULL ORDER BY lived.id LIMIT 1)
"""
"""What neighbours call an account in a community; null for one who doesn't live there."""

NAME_OR_GONE = """
(SELECT CASE WHEN known.state = 'closed' THEN '' ELSE
        (SELECT lived.display_name FROM residency lived
         WHERE lived.person = known.person AND lived.community = {where} AND lived.ended_at IS NULL
         ORDER BY lived.id LIMIT 1) END
 FROM account known WHERE known.id = {who})
"""
"""The same; empty for an account that was closed."""

NAMED = """
(SELECT known.id FROM residency lived JOIN account known ON known.person = lived.person
 WHERE lived.community = {where} AND lived.ended_at IS NULL AND strpos(lower(lived.display_name), lower({words})) > 0)
"""
"""The accounts of a community whose name has these words."""

NAME_OR_COMMITTEE = f"""
coalesce({NAME}, (SELECT o.name FROM organisation o WHERE o.community = {{where}} AND o.kind = 'committee'
                  ORDER BY o.id LIMIT 1), '')
"""
"""For what staff did: a grid worker may live elsewhere, and then it was the committee."""

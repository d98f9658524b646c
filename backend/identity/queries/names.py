"""How neighbours call an account: one subquery for every list that says who."""

NAME = """
(SELECT r.display_name FROM residency r JOIN account known ON known.person = r.person
 WHERE known.id = {who} AND r.community = {where} AND r.ended_at IS NULL ORDER BY r.id LIMIT 1)
"""
"""What neighbours call an account in a community; null for one who doesn't live there."""

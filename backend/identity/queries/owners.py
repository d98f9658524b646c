"""Homes as property: their floor area and who owns them, for statements that weigh owners' votes."""

FLOOR_AREA = "(SELECT p.floor_area_cm2 FROM place p WHERE p.id = {home})"
"""Square centimetres; null where nobody has told."""

FIRST_OWNER = """
(SELECT r.person FROM residency r WHERE r.home = {home} AND r.relation = 'owner' AND r.ended_at IS NULL
 ORDER BY r.started_at, r.id LIMIT 1)
"""
"""The person who stands for a home: of several owners the one registered earliest; null where none is."""

OWNS_HOME = """
EXISTS (SELECT FROM residency r JOIN account a ON a.person = r.person
        WHERE a.id = {who} AND r.home = {home} AND r.relation = 'owner' AND r.ended_at IS NULL)
"""

"""Names of places and organisations for other domains' statements, one subquery each."""

COMMUNITY_NAME = "(SELECT c.name FROM community c WHERE c.id = {which})"

ORGANISATION = "(SELECT row(o.kind, o.name) FROM organisation o WHERE o.id = {which})"
"""Kind and name; null for no organisation."""

ORGANISATION_NAME = "(SELECT o.name FROM organisation o WHERE o.id = {which})"
ORGANISATION_PHONE = "(SELECT o.phone FROM organisation o WHERE o.id = {which})"

PLACE_NAMES = """
array(SELECT CASE WHEN p.parent IS NULL OR 1 < (SELECT count(*) FROM place e
                                                WHERE e.community = p.community AND e.parent IS NULL) THEN p.path
                  ELSE substr(p.path, length(coalesce(p3.name, p2.name, p1.name)) + 2) END
      FROM place p LEFT JOIN place p1 ON p1.id = p.parent LEFT JOIN place p2 ON p2.id = p1.parent
                   LEFT JOIN place p3 ON p3.id = p2.parent
      WHERE p.id = ANY({which})
      ORDER BY concat_ws(' ', p3.sort_key, p2.sort_key, p1.sort_key, p.sort_key))
"""
"""What people call these places: `3幢 2单元`, with the estate before it where there are several."""

PLACE_NAME = "(SELECT p.name FROM place p WHERE p.id = {which})"
PLACE_PATH = "(SELECT p.path FROM place p WHERE p.id = {which})"
IS_ESTATE = """
EXISTS (SELECT FROM place p WHERE p.id = {which} AND p.community = {where} AND p.kind = 'estate')
"""

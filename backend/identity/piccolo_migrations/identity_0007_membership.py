"""Who lives where and belongs to what, as SQL functions: the door by which other domains' statements ask.

A domain that counts homes or finds an audience needs them inside its own statement; these four keep the tables
behind them identity's own. Each is one SELECT, so the planner inlines it.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.database import ENGINE

ID = "2026-11-21T14:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "home_place, home_member, community_member, account_belonging; party organisations."

# Of a home: itself and every place above it, nearest first.
ABOVE = "array_remove(ARRAY[h.id, p1.id, p2.id, p3.id], NULL)"
ABOVE_JOINS = """LEFT JOIN place p1 ON p1.id = h.parent LEFT JOIN place p2 ON p2.id = p1.parent
                 LEFT JOIN place p3 ON p3.id = p2.parent"""
LIVES = "r.ended_at IS NULL AND (r.lease_ends_on IS NULL OR r.lease_ends_on >= on_day)"
HOLDS = "g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > on_day)"
AGED = "CASE WHEN p.birth_date <= (on_day - interval '60 years')::date THEN ARRAY['age:60'] ELSE '{}'::text[] END"

STATEMENTS = (
    f"""CREATE FUNCTION home_place(in_community uuid)
        RETURNS TABLE (home uuid, name text, path text, sort_key text, places uuid[],
                       entrance uuid, building uuid, estate uuid) LANGUAGE sql STABLE AS $$
            SELECT h.id, h.name::text, h.path::text,
                   concat_ws(' ', p3.sort_key, p2.sort_key, p1.sort_key, h.sort_key), {ABOVE},
                   CASE WHEN p1.kind = 'entrance' THEN p1.id END,
                   CASE WHEN p1.kind = 'building' THEN p1.id ELSE p2.id END,
                   CASE WHEN p1.kind = 'building' THEN p2.id ELSE p3.id END
            FROM place h {ABOVE_JOINS}
            WHERE h.community = in_community AND h.kind = 'home' $$""",
    f"""CREATE FUNCTION home_member(in_community uuid, on_day date)
        RETURNS TABLE (home uuid, account uuid) LANGUAGE sql STABLE AS $$
            SELECT r.home, a.id FROM residency r JOIN account a ON a.person = r.person
            WHERE r.community = in_community AND a.state = 'active' AND {LIVES} $$""",
    f"""CREATE FUNCTION community_member(in_community uuid, on_day date)
        RETURNS TABLE (account uuid, places uuid[], groups text[]) LANGUAGE sql STABLE AS $$
            WITH lived AS (
                SELECT a.id, array_agg(DISTINCT above.place) AS places,
                       array_agg(DISTINCT 'relation:' || r.relation) AS relations
                FROM residency r JOIN account a ON a.person = r.person JOIN place h ON h.id = r.home {ABOVE_JOINS},
                     unnest({ABOVE}) AS above (place)
                WHERE r.community = in_community AND a.state = 'active' AND {LIVES} GROUP BY a.id),
            held AS (
                SELECT a.id, array_agg(DISTINCT 'role:' || g.role) AS roles
                FROM role_grant g JOIN account a ON a.id = g.account
                WHERE g.community = in_community AND a.state = 'active' AND {HOLDS} GROUP BY a.id)
            SELECT a.id, coalesce(lived.places, '{{}}'),
                   coalesce(lived.relations, '{{}}') || coalesce(held.roles, '{{}}') || {AGED}
            FROM lived FULL JOIN held USING (id) JOIN account a USING (id) LEFT JOIN person p ON p.id = a.person $$""",
    f"""CREATE FUNCTION account_belonging(of_account uuid, in_community uuid, on_day date)
        RETURNS TABLE (places uuid[], groups text[]) LANGUAGE sql STABLE AS $$
            SELECT lived.places, coalesce(lived.relations, '{{}}') || coalesce(held.roles, '{{}}') || {AGED}
            FROM account a LEFT JOIN person p ON p.id = a.person,
                 LATERAL (SELECT coalesce(array_agg(DISTINCT above.place), '{{}}') AS places,
                                 array_agg(DISTINCT 'relation:' || r.relation) AS relations
                          FROM residency r JOIN place h ON h.id = r.home {ABOVE_JOINS}, unnest({ABOVE}) AS above (place)
                          WHERE r.person = a.person AND r.community = in_community AND {LIVES}) lived,
                 LATERAL (SELECT array_agg(DISTINCT 'role:' || g.role) AS roles FROM role_grant g
                          WHERE g.account = a.id AND g.community = in_community AND {HOLDS}) held
            WHERE a.id = of_account AND a.state = 'active'
              AND (lived.relations IS NOT NULL OR held.roles IS NOT NULL) $$""",
    "ALTER TABLE organisation DROP CONSTRAINT known_kind",
    """ALTER TABLE organisation ADD CONSTRAINT known_kind CHECK (kind IN (
           'committee', 'party', 'owners_committee', 'property_company', 'department', 'merchant'))""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="identity", description=DESCRIPTION)

    async def run() -> None:
        for statement in STATEMENTS:
            await ENGINE.run_ddl(statement)

    manager.add_raw(run)
    return manager

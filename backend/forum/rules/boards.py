"""Who reads a board and who writes on it, as pieces of SQL: every statement of the forum asks in the same words.

`{board}` is the row's alias. `{member}`, `{staff}` and `{poster}` are what the caller's roles say of its community,
as SQL: a parameter (`$3`) where there is one community, `b.community = ANY($3)` where there are several.
`{places}` and `{groups}` are account_belonging's, by OWN_PLACES and OWN_GROUPS or joined once for many boards.
"""

BOARDS_MOST = 50
"""Of one community, archived ones included: more than two screens of rooms and nobody knows where to write."""

OWN_PLACES = "own_places({who}, {board}.community, {day})"
OWN_GROUPS = "own_groups({who}, {board}.community, {day})"
"""Where the account lives, with all that stands above, and what it is there; null: no member."""

READS = """
({board}.read_by = 'public' OR {staff}
 OR {member} AND ({board}.read_by = 'community' OR {board}.estate = ANY({places})) IS TRUE)
"""
"""Never null. An archived board is read as before."""

WRITES = """
({board}.archived_at IS NULL AND ({staff} OR {poster} AND CASE {board}.post_by
    WHEN 'residents' THEN true
    WHEN 'estate' THEN {board}.estate = ANY({places})
    WHEN 'owners' THEN 'relation:owner' = ANY({groups}) AND ({board}.estate IS NULL OR {board}.estate = ANY({places}))
    ELSE {speaks} END IS TRUE))
"""
"""Never null. Who opens threads there and who answers in them; only for one who reads the board (READS).
`{speaks}`: organisations.SPEAKS_HERE."""

"""How hot a thread is, by SQL: the moment it was posted, in ms, pushed ahead by what neighbours gave it.

Each doubling of answers (which count twice) and reactions is worth SIX_HOURS_MS. So a thread with 3 answers stands
beside a silent one that is 17 hours younger, a hundred answers make up for two days, and old ones sink by themselves:
the value changes only when somebody answers or reacts, and an index keeps the order.
"""

DOUBLING_MS = 6 * 3_600_000
"""An evening's conversation keeps its place over the night."""

BONUS_MS = f"({DOUBLING_MS} * log(2, 1 + 2 * ({{replies}}) + ({{reactions}})))::bigint"
"""`replies` and `reactions` are SQL: whole numbers, not negative."""

HOT = f"((extract(epoch FROM {{posted_at}}) * 1000)::bigint + {BONUS_MS})"
REACTIONS = "(SELECT coalesce(sum(given.value::int), 0) FROM jsonb_each_text({counts}) AS given)"
"""The sum of a post's `reactions`."""

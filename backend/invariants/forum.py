"""What must hold of boards, threads and replies."""

from backend.invariants.rule import Invariant

REACTED = """
SELECT {post}.id::text FROM {post} WHERE {post}.reactions <> (
    SELECT coalesce(jsonb_object_agg(given.emoji, given.times), '{{}}') FROM (
        SELECT emoji, count(*) AS times FROM post_reaction WHERE post_reaction.post = {post}.id GROUP BY emoji
    ) AS given)
"""

FORUM: tuple[Invariant, ...] = (
    Invariant(
        "forum.threads",
        "A board counts the threads that are shown on it.",
        """SELECT board.id::text FROM board WHERE thread_count <> (
               SELECT count(*) FROM thread WHERE thread.board = board.id AND thread.state = 'shown')""",
    ),
    Invariant(
        "forum.replies",
        "A thread counts the replies that are shown in it, and says who wrote the last one.",
        """SELECT thread.id::text FROM thread WHERE reply_count <> (
               SELECT count(*) FROM reply WHERE reply.thread = thread.id AND reply.state = 'shown')
              OR (reply_count = 0) <> (last_author IS NULL)
              OR NOT EXISTS (SELECT FROM reply WHERE reply.thread = thread.id AND reply.state = 'shown'
                             AND reply.author = last_author) AND last_author IS NOT NULL""",
    ),
    Invariant(
        "forum.numbers",
        "Replies have numbers from 1 to their thread's last, each once.",
        """SELECT reply.id::text FROM reply LEFT JOIN thread ON thread.id = reply.thread
           WHERE (reply.number BETWEEN 1 AND thread.last_number) IS NOT TRUE
           UNION ALL
           SELECT thread || ' ' || number FROM reply GROUP BY thread, number HAVING count(*) > 1""",
    ),
    Invariant(
        "forum.reactions",
        "A post counts the reactions that neighbours gave it, and each was given to a post.",
        f"""{REACTED.format(post="thread")} UNION ALL {REACTED.format(post="reply")}
            UNION ALL
            SELECT id::text FROM post_reaction
            WHERE NOT EXISTS (SELECT FROM thread WHERE id = post) AND NOT EXISTS (SELECT FROM reply WHERE id = post)""",
    ),
    Invariant(
        "forum.answers",
        "What a reply answers, and the answer that helped, stand in the same thread.",
        """SELECT reply.id::text FROM reply LEFT JOIN reply AS parent ON parent.id = reply.parent
           WHERE reply.parent IS NOT NULL AND parent.thread IS DISTINCT FROM reply.thread
           UNION ALL
           SELECT thread.id::text FROM thread LEFT JOIN reply ON reply.id = thread.accepted_reply
           WHERE accepted_reply IS NOT NULL
             AND (reply.thread = thread.id AND reply.state = 'shown' AND thread.kind = 'question') IS NOT TRUE""",
    ),
    Invariant(
        "forum.official",
        "A thread counts as answered by an organisation since one has, where that can still be read.",
        """SELECT thread.id::text FROM thread WHERE (official_at IS NOT NULL) <> EXISTS (
               SELECT FROM reply WHERE reply.thread = thread.id AND reply.state = 'shown'
               AND reply.organisation IS NOT NULL)""",
    ),
    Invariant(
        "forum.versions",
        "What a post said before is kept under an earlier number than it has now.",
        """SELECT post_version.id::text FROM post_version
           LEFT JOIN thread ON thread.id = post LEFT JOIN reply ON reply.id = post
           WHERE (post_version.number < coalesce(thread.edits, reply.edits)) IS NOT TRUE""",
    ),
    Invariant(
        "forum.withdrawn",
        "What its author took back is deleted.",
        """SELECT id::text FROM thread WHERE is_withdrawn AND state <> 'deleted'
           UNION ALL SELECT id::text FROM reply WHERE is_withdrawn AND state <> 'deleted'""",
    ),
    Invariant(
        "tenancy.forum",
        "Boards, threads, replies and the organisations that speak in them belong to one community.",
        """SELECT 'board:' || board.id FROM board JOIN place ON place.id = board.estate
           WHERE place.community <> board.community OR place.kind <> 'estate'
           UNION ALL
           SELECT 'thread:' || thread.id FROM thread JOIN board ON board.id = thread.board
           LEFT JOIN organisation ON organisation.id = thread.organisation
           LEFT JOIN place ON place.id = thread.building LEFT JOIN thread AS into_it ON into_it.id = thread.merged_into
           WHERE thread.community <> board.community OR organisation.community <> thread.community
              OR place.community <> thread.community OR into_it.community <> thread.community
           UNION ALL
           SELECT 'reply:' || reply.id FROM reply JOIN thread ON thread.id = reply.thread
           LEFT JOIN organisation ON organisation.id = reply.organisation
           WHERE reply.community <> thread.community OR organisation.community <> reply.community""",
    ),
)

"""What must hold of polls and public issues."""

from backend.invariants.rule import Invariant

POLLS: tuple[Invariant, ...] = (
    Invariant(
        "poll.state",
        "A poll stands where its last step says.",
        """SELECT poll.id::text FROM poll LEFT JOIN LATERAL (
               SELECT target FROM flow_step WHERE flow = 'poll' AND subject = poll.id ORDER BY number DESC LIMIT 1
           ) AS last ON true WHERE last.target IS DISTINCT FROM poll.state""",
    ),
    Invariant(
        "poll.one_vote",
        "An elector has voted once at most, in its own poll.",
        """SELECT poll || ' ' || elector FROM poll_participation GROUP BY poll, elector HAVING count(*) > 1
           UNION ALL
           SELECT part.id::text FROM poll_participation AS part JOIN poll_elector ON poll_elector.id = part.elector
           WHERE poll_elector.poll <> part.poll""",
    ),
    Invariant(
        "poll.ballots",
        "There are as many ballots as electors who took part; of a cancelled poll none.",
        """SELECT poll.id::text FROM poll
           WHERE (SELECT count(*) FROM poll_ballot WHERE poll_ballot.poll = poll.id)
              <> (SELECT count(*) FROM poll_participation AS part WHERE part.poll = poll.id)
              OR state = 'cancelled' AND EXISTS (SELECT FROM poll_ballot WHERE poll_ballot.poll = poll.id)""",
    ),
    Invariant(
        "poll.secret",
        "Nothing leads from who took part in a secret poll to a ballot, nor a moment to both.",
        """SELECT part.id::text FROM poll_participation AS part JOIN poll ON poll.id = part.poll
           WHERE is_secret AND (part.ballot IS NOT NULL OR part.at IS NOT NULL)
           UNION ALL
           SELECT ballot.id::text FROM poll_ballot AS ballot JOIN poll ON poll.id = ballot.poll
           WHERE is_secret AND (ballot.owner IS NOT NULL OR EXISTS (
               SELECT FROM poll_participation AS part WHERE part.poll = poll.id AND part.id = ballot.id))""",
    ),
    Invariant(
        "poll.open",
        "Who took part in an open poll has one ballot there, and nobody else has the same.",
        """SELECT part.id::text FROM poll_participation AS part JOIN poll ON poll.id = part.poll
           LEFT JOIN poll_ballot AS ballot ON ballot.id = part.ballot AND ballot.poll = part.poll
           WHERE NOT is_secret AND ballot.id IS NULL
           UNION ALL
           SELECT ballot::text FROM poll_participation WHERE ballot IS NOT NULL GROUP BY ballot HAVING count(*) > 1""",
    ),
    Invariant(
        "poll.caster",
        "Who cast a vote in the app was one of the elector's own when the poll opened.",
        """SELECT part.id::text FROM poll_participation AS part WHERE cast_by IS NOT NULL AND NOT EXISTS (
               SELECT FROM poll_elector_member AS member
               WHERE member.poll = part.poll AND member.elector = part.elector AND member.account = part.cast_by)""",
    ),
    Invariant(
        "poll.choices",
        "A ballot chooses options of its own poll, each once, no more than it takes.",
        """SELECT ballot.id::text FROM poll_ballot AS ballot JOIN poll ON poll.id = ballot.poll
           WHERE cardinality(choices) NOT BETWEEN 1 AND choices_most OR cardinality(choices) <> (
               SELECT count(*) FROM poll_option AS option WHERE option.poll = poll.id AND option.id = ANY(choices))""",
    ),
    Invariant(
        "poll.electorate",
        "An electorate is as large as when the poll opened.",
        """SELECT poll.id::text FROM poll LEFT JOIN poll_elector AS elector ON elector.poll = poll.id
           GROUP BY poll.id HAVING count(elector.id) <> electors OR coalesce(sum(elector.area_cm2), 0) <> poll.area_cm2
              OR counted_by = 'owners' AND count(DISTINCT coalesce(elector.owner, elector.id)) <> owners""",
    ),
    Invariant(
        "issue.state",
        "A public issue stands where its last step says.",
        """SELECT issue.id::text FROM public_issue AS issue LEFT JOIN LATERAL (
               SELECT target FROM flow_step WHERE flow = 'public_issue' AND subject = issue.id
               ORDER BY number DESC LIMIT 1
           ) AS last ON true WHERE last.target IS DISTINCT FROM issue.state""",
    ),
    Invariant(
        "issue.thread",
        "A thread of kind poll or issue has one, and no other thread has.",
        """SELECT thread.id::text FROM thread LEFT JOIN poll ON poll.thread = thread.id
           LEFT JOIN public_issue AS issue ON issue.thread = thread.id
           WHERE (kind = 'poll') <> (poll.id IS NOT NULL) OR (kind = 'issue') <> (issue.id IS NOT NULL)""",
    ),
    Invariant(
        "tenancy.poll",
        "A poll and an issue lie in their thread's community, and who is asked to answer as well.",
        """SELECT 'poll:' || poll.id FROM poll JOIN thread ON thread.id = poll.thread
           WHERE thread.community <> poll.community
           UNION ALL
           SELECT 'issue:' || issue.id FROM public_issue AS issue JOIN thread ON thread.id = issue.thread
           LEFT JOIN organisation ON organisation.id = issue.organisation
           WHERE thread.community <> issue.community OR organisation.community IS DISTINCT FROM issue.community""",
    ),
)

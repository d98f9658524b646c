"""What must hold of reports, cases, sanctions and appeals."""

from backend.invariants.rule import Invariant

MODERATION: tuple[Invariant, ...] = (
    Invariant(
        "case.state",
        "A case stands where its last step says.",
        """SELECT c.id::text FROM moderation_case c LEFT JOIN LATERAL (
               SELECT target FROM flow_step WHERE flow = 'case' AND subject = c.id ORDER BY number DESC LIMIT 1
           ) AS last ON true WHERE last.target IS DISTINCT FROM c.state""",
    ),
    Invariant(
        "case.one_open",
        "A thing has one undecided case at most.",
        """SELECT subject_id::text FROM moderation_case WHERE state <> 'decided'
           GROUP BY subject_id HAVING count(*) > 1""",
    ),
    Invariant(
        "case.weight",
        "A case weighs what its reports weigh, the heaviest of each home, and counts their homes.",
        """SELECT c.id::text FROM moderation_case c LEFT JOIN LATERAL (
               SELECT coalesce(sum(weight_pct), 0) AS weight_pct, count(*) FILTER (WHERE is_home) AS homes FROM (
                   SELECT max(weight_pct) AS weight_pct, count(home) > 0 AS is_home FROM report
                   WHERE moderation_case = c.id GROUP BY coalesce(home, reporter)) AS door
           ) AS told ON true WHERE (c.weight_pct, c.homes) <> (told.weight_pct, told.homes)""",
    ),
    Invariant(
        "case.auto_hidden",
        "Reports alone hid only what weighed 8 from 3 homes, and nothing that is protected.",
        """SELECT id::text FROM moderation_case WHERE auto_hidden_at IS NOT NULL
           AND (weight_pct < 800 OR homes < 3 OR (snapshot->>'is_protected')::boolean)""",
    ),
    Invariant(
        "case.auto_restored",
        "What reports alone hid is decided on or back after 24 hours, one hour's grace for the job that does it.",
        """SELECT id::text FROM moderation_case WHERE state <> 'decided' AND auto_restored_at IS NULL
           AND auto_hidden_at < now() - interval '25 hours'""",
    ),
    Invariant(
        "case.not_by_oneself",
        "Nobody decides on what they wrote.",
        "SELECT id::text FROM moderation_case WHERE decided_by = author",
    ),
    Invariant(
        "case.audited",
        "Every decision has one audit line.",
        """SELECT c.id::text FROM moderation_case c LEFT JOIN (
               SELECT details::jsonb->>'case' AS told_of FROM audit_line WHERE action = 'case.decided'
           ) AS line ON line.told_of = c.id::text
           WHERE c.state = 'decided' GROUP BY c.id HAVING count(line.told_of) <> 1""",
    ),
    Invariant(
        "report.outcome",
        "A report has an outcome once its case is decided: agreed when that went against the thing and stands.",
        """SELECT r.id::text FROM report r JOIN moderation_case c ON c.id = r.moderation_case
           LEFT JOIN sanction s ON s.moderation_case = c.id
           WHERE r.outcome IS DISTINCT FROM CASE
               WHEN c.state <> 'decided' THEN NULL
               WHEN c.overturned_at IS NULL AND (c.verdict <> 'keep' OR s.id IS NOT NULL) THEN 'agreed'
               ELSE 'disagreed' END""",
    ),
    Invariant(
        "report.not_by_oneself",
        "Nobody reports what they wrote.",
        """SELECT r.id::text FROM report r JOIN moderation_case c ON c.id = r.moderation_case
           WHERE r.reporter = c.author""",
    ),
    Invariant(
        "sanction.case",
        "A sanction is what its decided case says, of its author, and is lifted when that was overturned.",
        """SELECT s.id::text FROM sanction s JOIN moderation_case c ON c.id = s.moderation_case
           WHERE c.state <> 'decided' OR s.account IS DISTINCT FROM c.author OR s.community <> c.community
              OR s.decided_by IS DISTINCT FROM c.decided_by OR s.measure IS DISTINCT FROM nullif(c.verdict, 'keep')
              OR (s.lifted_at IS NULL) <> (c.overturned_at IS NULL)""",
    ),
    Invariant(
        "sanction.ladder",
        "A mute or suspension lasts what its rung says.",
        """SELECT id::text FROM sanction WHERE penalty IN ('mute', 'suspend')
           AND ends_at - starts_at <> (ARRAY[24, 72, 168, 720])[step] * interval '1 hour'""",
    ),
    Invariant(
        "appeal.state",
        "An appeal stands where its last step says.",
        """SELECT a.id::text FROM appeal a LEFT JOIN LATERAL (
               SELECT target FROM flow_step WHERE flow = 'appeal' AND subject = a.id ORDER BY number DESC LIMIT 1
           ) AS last ON true WHERE last.target IS DISTINCT FROM a.state""",
    ),
    Invariant(
        "appeal.another",
        "An appeal is decided by neither the first decider nor the one who made it, in the time there is for it.",
        """SELECT a.id::text FROM appeal a JOIN sanction s ON s.id = a.sanction
           WHERE a.first_decided_by <> s.decided_by OR a.account <> s.account OR a.decided_by = a.account
              OR a.at >= s.starts_at + interval '7 days'""",
    ),
    Invariant(
        "appeal.overturned",
        "A case is overturned by an appeal, and by every one that was granted.",
        """SELECT c.id::text FROM moderation_case c
           WHERE (c.overturned_at IS NOT NULL) <> EXISTS (
               SELECT FROM sanction s JOIN appeal a ON a.sanction = s.id
               WHERE s.moderation_case = c.id AND a.state = 'overturned')""",
    ),
)

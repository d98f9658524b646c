"""What must hold of identity, notices and the inbox, and of every flow."""

from backend.invariants.rule import Invariant

NEIGHBOURHOOD: tuple[Invariant, ...] = (
    Invariant(
        "flow.no_gap",
        "The steps of a subject are numbered 1, 2, 3 … without a gap.",
        """SELECT flow || ':' || subject FROM flow_step GROUP BY flow, subject
           HAVING max(number) <> count(*) OR min(number) <> 1""",
    ),
    Invariant(
        "flow.chain",
        "Every step begins where the one before it ended.",
        """SELECT flow || ':' || subject || ':' || number FROM (
               SELECT flow, subject, number, source,
                      lag(target) OVER (PARTITION BY flow, subject ORDER BY number) AS stood FROM flow_step
           ) AS step WHERE number > 1 AND source IS DISTINCT FROM stood""",
    ),
    Invariant(
        "verification.state",
        "A verification stands where its last step says.",
        """SELECT verification.id::text FROM verification LEFT JOIN LATERAL (
               SELECT target FROM flow_step WHERE flow = 'verification' AND subject = verification.id
               ORDER BY number DESC LIMIT 1
           ) AS last ON true WHERE last.target IS DISTINCT FROM verification.state""",
    ),
    Invariant(
        "verification.approved",
        "Who was approved is a person with a residency in that home.",
        """SELECT verification.id::text FROM verification
           WHERE state = 'approved' AND NOT EXISTS (
               SELECT FROM person JOIN residency ON residency.person = person.id
               WHERE person.id_number_hmac = verification.id_number_hmac AND residency.home = verification.home)""",
    ),
    Invariant(
        "verification.audited",
        "Every approval and rejection has one audit line.",
        """SELECT verification.id::text FROM verification
           WHERE state IN ('approved', 'rejected') AND 1 <> (
               SELECT count(*) FROM audit_line
               WHERE subject_id = verification.id AND action = 'verification.' || verification.state)""",
    ),
    Invariant(
        "residency.approved",
        "A residency that came from a verification came from an approved one, in the same home.",
        """SELECT residency.id::text FROM residency JOIN verification ON verification.id = residency.verification
           WHERE verification.state <> 'approved' OR verification.home <> residency.home""",
    ),
    Invariant(
        "evidence.purged",
        "Evidence is gone 30 days after the decision, one day's grace for the job that does it.",
        """SELECT DISTINCT verification.id::text FROM verification
           JOIN verification_evidence ON verification_evidence.verification = verification.id
           WHERE decided_at < now() - interval '31 days'""",
    ),
    Invariant(
        "tenancy.address",
        "An address lies in the community of the address above it.",
        """SELECT place.id::text FROM place JOIN place AS parent ON parent.id = place.parent
           WHERE place.community <> parent.community""",
    ),
    Invariant(
        "tenancy.residency",
        "A residency and a verification lie in the community of their home.",
        """SELECT 'residency:' || residency.id FROM residency JOIN place ON place.id = residency.home
           WHERE residency.community <> place.community
           UNION ALL
           SELECT 'verification:' || verification.id FROM verification JOIN place ON place.id = verification.home
           WHERE verification.community <> place.community""",
    ),
    Invariant(
        "community.home_count",
        "A community's count of homes is the number of its homes.",
        """SELECT community.id::text FROM community
           WHERE home_count <> (SELECT count(*) FROM place WHERE place.community = community.id AND kind = 'home')""",
    ),
    Invariant(
        "person.one_account",
        "A person is behind one account at most, and one ID number is one person.",
        """SELECT person::text FROM account WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1
           UNION ALL
           SELECT min(id::text) FROM person GROUP BY id_number_hmac HAVING count(*) > 1""",
    ),
    Invariant(
        "verification.one_open",
        "An account has one open application in a community.",
        """SELECT account || ' in ' || community FROM verification
           WHERE state IN ('submitted', 'claimed', 'needs_more')
           GROUP BY account, community HAVING count(*) > 1""",
    ),
    Invariant(
        "verification.not_by_oneself",
        "Nobody decided about themselves, or about what they had entered.",
        "SELECT id::text FROM verification WHERE decided_by IN (account, entered_by)",
    ),
    Invariant(
        "account.closed",
        "A closed account has no person, no live session and no role.",
        """SELECT account.id::text FROM account WHERE state = 'closed' AND (
               person IS NOT NULL
               OR EXISTS (SELECT FROM session WHERE session.account = account.id AND ended_at IS NULL)
               OR EXISTS (SELECT FROM role_grant WHERE role_grant.account = account.id AND ended_at IS NULL))""",
    ),
    Invariant(
        "tenancy.role",
        "A role in an organisation lies in the community of that organisation.",
        """SELECT role_grant.id::text FROM role_grant JOIN organisation ON organisation.id = role_grant.organisation
           WHERE role_grant.community IS DISTINCT FROM organisation.community""",
    ),
    Invariant(
        "audit.reason",
        "Who revealed an ID number or said no gave a reason.",
        """SELECT id::text FROM audit_line
           WHERE action IN ('identity.revealed', 'verification.rejected', 'verification.sent_back')
             AND coalesce(btrim(reason), '') = ''""",
    ),
    Invariant(
        "once.whole",
        "A key that is kept is kept with its answer.",
        "SELECT id::text FROM first_answer WHERE status NOT BETWEEN 200 AND 299 OR length(body) = 0",
    ),
    Invariant(
        "notice.state",
        "A notice stands where its last step says.",
        """SELECT notice.id::text FROM notice LEFT JOIN LATERAL (
               SELECT target FROM flow_step WHERE flow = 'notice' AND subject = notice.id ORDER BY number DESC LIMIT 1
           ) AS last ON true WHERE last.target IS DISTINCT FROM notice.state""",
    ),
    Invariant(
        "notice.reviewed",
        "What came out as a notice was approved by somebody who had not handed it in.",
        """SELECT id::text FROM notice WHERE stream = 'notice' AND published_at IS NOT NULL
             AND (approved_by IS NULL OR approved_by = submitter)""",
    ),
    Invariant(
        "notice.validity",
        "What is out has a reference and ends after it began, within 90 days of being published or changed.",
        """SELECT id::text FROM notice WHERE state IN ('published', 'expired') AND (
               reference IS NULL OR published_at IS NULL OR ends_at IS NULL OR ends_at <= published_at
               OR ends_at > greatest(published_at, updated_at) + interval '90 days')""",
    ),
    Invariant(
        "notice.reference",
        "The references of a community's year are 1, 2, 3 … without a gap.",
        """SELECT community || ' ' || year FROM notice_serial WHERE last <> (
               SELECT count(DISTINCT reference) FROM notice
               WHERE notice.community = notice_serial.community AND reference LIKE '%〔' || year || '〕%')""",
    ),
    Invariant(
        "notice.receipt",
        "Nobody has read or acknowledged a notice that never came out, or a version that is still to come.",
        """SELECT notice_receipt.id::text FROM notice_receipt LEFT JOIN notice ON notice.id = notice_receipt.notice
           WHERE notice.published_at IS NULL OR read_version NOT BETWEEN 1 AND notice.version
              OR acknowledged_version NOT BETWEEN 1 AND read_version""",
    ),
    Invariant(
        "notice.one_receipt",
        "An account has one receipt of a notice.",
        "SELECT notice || ' ' || account FROM notice_receipt GROUP BY notice, account HAVING count(*) > 1",
    ),
    Invariant(
        "notice.one_visit",
        "A home was told once of a version.",
        "SELECT notice || ' ' || home FROM notice_visit GROUP BY notice, home, version HAVING count(*) > 1",
    ),
    Invariant(
        "notice.visit",
        "A visit was to a home of the notice's community, of a version that had come out.",
        """SELECT notice_visit.id::text FROM notice_visit JOIN notice ON notice.id = notice_visit.notice
           LEFT JOIN place ON place.id = notice_visit.home
           WHERE place.kind IS DISTINCT FROM 'home' OR place.community <> notice.community
              OR notice.published_at IS NULL OR notice_visit.version NOT BETWEEN 1 AND notice.version""",
    ),
    Invariant(
        "notice.reminder",
        "A step of the schedule was taken once a version, of a version that had come out.",
        """SELECT notice || ' ' || step FROM notice_reminder WHERE step IS NOT NULL
           GROUP BY notice, version, step HAVING count(*) > 1
           UNION ALL
           SELECT notice_reminder.id::text FROM notice_reminder JOIN notice ON notice.id = notice_reminder.notice
           WHERE notice_reminder.version > notice.version""",
    ),
    Invariant(
        "tenancy.notice",
        "A notice speaks for an organisation and to places of its own community, a grid lies in one community.",
        """SELECT 'notice:' || notice.id FROM notice LEFT JOIN organisation ON organisation.id = notice.organisation
           WHERE organisation.community <> notice.community
              OR EXISTS (SELECT FROM place WHERE place.id = ANY(notice.places) AND place.community <> notice.community)
           UNION ALL
           SELECT 'grid:' || grid_place.id FROM grid_place JOIN place ON place.id = grid_place.place
           WHERE place.community <> grid_place.community OR place.kind = 'home'""",
    ),
    Invariant(
        "inbox.told_once",
        "An account was told the same thing once, and has one unread item of a group.",
        """SELECT account || ' ' || once FROM inbox_item GROUP BY account, once HAVING count(*) > 1
           UNION ALL
           SELECT account || ' ' || group_key FROM inbox_item
           WHERE merged_into IS NULL AND read_at IS NULL AND retracted_at IS NULL AND group_key IS NOT NULL
           GROUP BY account, group_key HAVING count(*) > 1""",
    ),
    Invariant(
        "inbox.merged",
        "An item counts itself and those that were merged into it, which are the same account's and group's.",
        """SELECT head.id::text FROM inbox_item AS head LEFT JOIN inbox_item AS part ON part.merged_into = head.id
                AND part.retracted_at IS NULL
           WHERE head.merged_into IS NULL AND head.retracted_at IS NULL
           GROUP BY head.id HAVING head.merged_count <> 1 + count(part.id)
           UNION ALL
           SELECT part.id::text FROM inbox_item AS part JOIN inbox_item AS head ON head.id = part.merged_into
           WHERE head.merged_into IS NOT NULL OR head.account <> part.account
              OR head.group_key IS DISTINCT FROM part.group_key""",
    ),
    Invariant(
        "inbox.push",
        "What is gone waits for no push, and a device got each round of an item once.",
        """SELECT id::text FROM inbox_item WHERE push_state = 'waiting' AND retracted_at IS NOT NULL
           UNION ALL
           SELECT min(push_delivery.id::text) FROM push_delivery GROUP BY item, device, round HAVING count(*) > 1
           UNION ALL
           SELECT push_delivery.id::text FROM push_delivery JOIN inbox_item ON inbox_item.id = push_delivery.item
           WHERE push_delivery.round > inbox_item.push_round""",
    ),
)

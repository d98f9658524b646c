"""What must hold of the data at any moment, as SQL that finds the rows where it doesn't.

`linli check-invariants` asks all of them in one snapshot, in tests after every fault and in production.
A domain adds its own here; each has a seeded defect in the tests that it must catch.
"""

from typing import NamedTuple


class Invariant(NamedTuple):
    """`offenders` selects one text column: enough to find each offending row, and nothing personal."""

    name: str
    rule: str
    offenders: str


INVARIANTS: tuple[Invariant, ...] = (
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
)

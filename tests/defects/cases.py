"""Cases to spoil, and how each of their rules is broken."""

from tests.house import House
from tests.notices.office import Office, done

DECISION = {"verdict": "hide", "rule": "respect", "sentence": "请尊重邻居。", "penalty": "mute"}

CASE_DEFECTS: dict[str, list[str]] = {
    "case.state": ["UPDATE moderation_case SET state = 'claimed' WHERE state = 'open'"],
    "case.one_open": [
        "{free_unique:moderation_case}",
        """INSERT INTO moderation_case
           SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid()))).*
           FROM moderation_case c WHERE state = 'open'""",
    ],
    "case.weight": ["UPDATE report SET weight_pct = weight_pct + 1"],
    "case.auto_hidden": ["UPDATE moderation_case SET auto_hidden_at = now()"],
    "case.auto_restored": ["UPDATE moderation_case SET auto_hidden_at = now() - interval '26 hours'"],
    "case.not_by_oneself": ["UPDATE moderation_case SET author = decided_by WHERE state = 'decided'"],
    "case.audited": [
        "ALTER TABLE audit_line DISABLE TRIGGER USER",
        "DELETE FROM audit_line WHERE action = 'case.decided'",
    ],
    "report.outcome": ["UPDATE report SET outcome = NULL"],
    "report.not_by_oneself": ["UPDATE report SET reporter = (SELECT author FROM moderation_case LIMIT 1)"],
    "sanction.case": ["UPDATE sanction SET measure = 'delete'"],
    "sanction.ladder": ["UPDATE sanction SET ends_at = ends_at + interval '1 hour'"],
    "appeal.state": [
        "UPDATE appeal SET state = 'upheld'",
    ],
    "appeal.another": ["UPDATE appeal SET account = gen_random_uuid()"],
    "appeal.overturned": ["UPDATE moderation_case SET overturned_at = NULL"],
}


async def hold_court(house: House, office: Office) -> None:
    """Three notices reported by a neighbour: one case open, one decided, one decided and overturned."""
    reporter = await house.resident(office.community, office.moderator, home=2)
    colleague = await house.officer(office.community, "moderator")
    cases = []
    for number in range(3):
        notice = await office.published(title=f"第 {number + 1} 件事情")
        report = {"subject_kind": "notice", "subject_id": notice, "reason": "abuse"}
        await done(reporter.post("/reports", report))
        page = await done(colleague.get(f"/desk/cases?community_id={office.community.id}&sort=newest"))
        cases.append(page["items"][0]["id"])
    for case in cases[1:]:
        await done(colleague.put(f"/desk/cases/{case}/decision", DECISION))
    newest = (await done(office.wang.get("/me/sanctions")))["items"][0]
    await done(office.wang.post(f"/sanctions/{newest['id']}/appeal", {"text": "我没有骂人，请再看看。"}))
    answer = {"outcome": "overturned", "reason": "重新看过了。"}
    await done(office.moderator.put(f"/desk/cases/{cases[2]}/appeal-decision", answer))

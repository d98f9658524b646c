"""docs/demo.md names everybody of the demo."""

import pytest

from backend.demo import people
from tests.tidy.source import ROOT

LINES = (ROOT / "docs" / "demo.md").read_text("utf-8").splitlines()
EVERYBODY = (
    *people.OFFICERS,
    *people.RESIDENTS,
    *people.APPLICANTS,
    people.ELSEWHERE_ADMIN,
    *people.ELSEWHERE_RESIDENTS,
)


def line_of(phone: str) -> str:
    found = [line for line in LINES if line.startswith(f"| {phone} |")]
    assert len(found) == 1, phone
    return found[0]


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.phone)
def test_everybody_has_a_line(person: people.DemoPerson) -> None:
    line = line_of(person.phone)
    assert person.name in line
    assert (person.organisation or "") in line
    if person.role is None and person is not people.ELSEWHERE_ADMIN:
        assert person.relation in line


def test_those_without_a_name_have_a_line() -> None:
    line_of(people.PLATFORM_ADMIN_PHONE)
    line_of(people.NEWCOMER_PHONE)

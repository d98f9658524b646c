"""The rules hold everywhere, catch what they are for, and no way out stands without being needed."""

import pytest

from tests.tidy.rules import RULES, Rule
from tests.tidy.source import MALFORMED, Source, sources

CHECKS = {rule.check: [it.name for it in RULES if it.check is rule.check] for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_catches_the_bad_and_lets_the_good_pass(rule: Rule) -> None:
    assert list(rule.check(Source(rule.path, rule.bad))), "the bad example passes"
    good_path = rule.path if rule.good != rule.bad else "backend/forum/replies.py"
    assert not list(rule.check(Source(good_path, rule.good))), "the good example is refused"


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_way_out_lets_one_line_pass(rule: Rule) -> None:
    found = Source(rule.path, rule.bad)
    line = next(rule.check(found))[0]
    lines = rule.bad.splitlines() or [""]
    lines[line - 1] += f"  # tidy: allow {rule.name}, because this is an example"
    assert Source(rule.path, "\n".join(lines)).way_out(rule.name, line) == line
    assert Source(rule.path, "\n".join(lines)).way_out("another", line) is None


def test_the_house_keeps_its_rules() -> None:
    broken, used = [], set()
    for source in sources():
        for check, names in CHECKS.items():
            for line, instead in check(source):
                at = next((at for name in names if (at := source.way_out(name, line)) is not None), None)
                if at is None:
                    broken.append(f"{source.path}:{line}: {instead} ({' or '.join(names)})")
                else:
                    used.add((source.path, at))
    assert not broken, "\n" + "\n".join(broken)
    idle = [
        f"{source.path}:{at}: this way out is needed no more" for source in sources()
        for at, name in source.allowed.items() if (source.path, at) not in used and name not in ("rooms",)
    ]  # fmt: skip
    assert not idle, "\n" + "\n".join(idle)


def test_a_way_out_names_a_rule_and_a_reason() -> None:
    known = {rule.name for rule in RULES} | {"rooms"}
    wrong = [
        f"{source.path}:{number}" for source in sources("backend", "search", "workers")
        for number, line in enumerate(source.lines, 1)
        if MALFORMED.search(line) and source.allowed.get(number) not in known
    ]  # fmt: skip
    assert not wrong, f"write `# tidy: allow <rule>, because <reason>`: {wrong}"

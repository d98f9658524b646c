"""Every flow is drawn in docs/flows from what the engine runs, and the drawing is fresh."""

import os

import pytest

from backend.app import create_litestar
from backend.core.flow import Flow, declared_flows, drawing
from tests.tidy.source import ROOT

FOLDER = ROOT / "docs" / "flows"
HEAD = """# {title}

Drawn from `{module}` by `tests/tidy/test_flows.py`; `LINLI_WRITE_EXPECTED=1 bin/test tests/tidy` draws it anew.

```mermaid
{drawing}```
"""


def flows() -> dict[str, Flow]:
    create_litestar()
    # Tests of the engine declare flows of their own, on tables of theirs.
    return {name: flow for name, flow in declared_flows().items() if flow.table.__module__.startswith("backend.")}


def test_every_flow_is_drawn() -> None:
    assert flows(), "no flow is declared"
    for name, flow in flows().items():
        page = FOLDER / f"{name}.md"
        module = flow.table.__module__.split(".tables")[0].replace(".", "/") + "/rules"
        shown = HEAD.format(title=f"The flow of a {name.replace('_', ' ')}", module=module, drawing=drawing(flow))
        if os.environ.get("LINLI_WRITE_EXPECTED"):
            FOLDER.mkdir(parents=True, exist_ok=True)
            page.write_text(shown, "utf-8")
        assert page.exists() and page.read_text("utf-8") == shown, f"docs/flows/{name}.md is stale: draw it anew"


def test_no_drawing_outlives_its_flow() -> None:
    assert {page.stem for page in FOLDER.glob("*.md")} == set(flows())


@pytest.mark.parametrize("what", ["sources", "timers", "initial"])
def test_a_flow_holds_together(what: str) -> None:
    """Every state can be reached, every timer stands in a state and takes a move that begins there."""
    for flow in flows().values():
        if what == "sources":
            assert {source for move in flow.moves for source in move.sources} <= set(flow.states)
        elif what == "timers":
            for timer in flow.timers:
                assert timer.state in flow.states and (timer.move or timer.event)
                assert timer.move is None or timer.state in flow.by_name[timer.move].sources
        else:
            reached = {flow.initial}
            for _ in flow.moves:
                reached |= {move.target for move in flow.moves if reached & set(move.sources)}
            assert reached == set(flow.states)

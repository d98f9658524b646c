"""The one state machine engine: a flow is data, its history is rows, its deadlines are delayed jobs.

A domain declares a `Flow` in its `rules`, keeps `state` and `state_since` on its own table, fetches the row
through its door with `modifying=True`, and calls `take`. Nothing else changes a state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from piccolo.table import Table

from backend.core.clock import now
from backend.core.database import connection, fetch, fetchrow, transaction
from backend.core.errors import Conflict, FieldError, Invalid
from backend.core.events import Event, emit
from backend.core.ids import new_id
from backend.core.writes import Write, as_parts

FIXED_PARAMETERS = 9
"""How many parameters `take` binds before the caller's own columns."""


class MoveRefused(Conflict):
    """The subject has moved on, or never stood where this move begins."""

    code = "core.move_refused"


@dataclass(frozen=True)
class Move:
    """One arrow. `who` is the actor's word for the drawing; whether this caller may is the door's business."""

    name: str
    sources: tuple[str, ...]
    target: str
    who: str
    needs_reason: bool = False
    event: Callable[[UUID], Event] | None = None


@dataclass(frozen=True)
class Timer:
    """After `after` in `state`: takes `move` for the system, or only emits `event` as a reminder.

    `label` tells two reminders of one state apart.
    """

    state: str
    after: timedelta
    move: str | None = None
    event: Callable[[UUID], Event] | None = None
    label: str = "reminder"

    @property
    def name(self) -> str:
        """What a waiting job knows it by: a flow may change its order while jobs wait."""
        return f"{self.state}.{self.move or self.label}"


@dataclass(frozen=True)
class Flow:
    name: str
    table: type[Table]
    initial: str
    moves: tuple[Move, ...]
    timers: tuple[Timer, ...] = ()
    by_name: dict[str, Move] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if len({timer.name for timer in self.timers}) < len(self.timers):
            raise ValueError(f"two timers of {self.name} share a name: give one a label")
        self.by_name.update({move.name: move for move in self.moves})
        _flows[self.name] = self

    @property
    def states(self) -> list[str]:
        """In the order they are met, the initial one first."""
        return list(dict.fromkeys([self.initial, *(move.target for move in self.moves)]))

    @property
    def final(self) -> list[str]:
        left = {source for move in self.moves for source in move.sources}
        return [state for state in self.states if state not in left]


class TimerDue(Event, frozen=True):
    """A subject may have stood in one state for long enough; it has if `step` is still its newest."""

    flow: str
    subject: UUID
    step: UUID
    timer: str


_flows: dict[str, Flow] = {}


async def begin(flow: Flow, subject: UUID, *, actor: UUID | None) -> None:
    """The first step of a subject whose row the caller has just inserted in the initial state."""
    step_id = new_id()
    await connection().execute(
        """INSERT INTO flow_step (id, flow, subject, number, move, target, actor, at)
           VALUES ($1, $2, $3, 1, 'begin', $4, $5, $6)""",
        step_id, flow.name, subject, flow.initial, actor, now(),
    )  # fmt: skip
    await _arm_timers(flow, subject, flow.initial, step_id)


async def take(
    flow: Flow,
    subject: UUID,
    move_name: str,
    *,
    actor: UUID | None,
    reason: str | None = None,
    changes: Mapping[str, Any] | None = None,
    along: Sequence[Write] = (),
) -> str:
    """Moves the subject and returns its new state. Raises MoveRefused when it doesn't stand at a source.

    `changes` are further columns of its row, `along` writes on other rows, both in the same statement. The row is
    locked from here to the end of the transaction; of two takers of one move one wins and one is refused.
    """
    move = flow.by_name[move_name]
    if move.needs_reason and not reason:
        raise Invalid(fields=[FieldError("reason", "field.required")])
    step_id = new_id()
    columns = list(changes or {})
    setting = "".join(f", {column} = ${FIXED_PARAMETERS + at}" for at, column in enumerate(columns, 1))
    beside, further = as_parts(along, after=FIXED_PARAMETERS + len(columns))
    table = flow.table._meta.tablename
    # The door locked the row in a statement before this one, whose snapshot therefore holds every earlier step.
    # Were it locked here first, a taker who waited would number its step by what it saw before waiting.
    moved = await connection().fetchval(
        f"""WITH {beside}held AS (SELECT id, state FROM {table} WHERE id = $1 FOR UPDATE),
                 moved AS (UPDATE {table} SET state = $2::text, state_since = $3{setting} FROM held
                           WHERE {table}.id = held.id AND held.state = ANY($4) RETURNING held.state)
            INSERT INTO flow_step (id, flow, subject, number, move, source, target, actor, reason, at)
            SELECT $5, $6::text, $1, (SELECT max(number) + 1 FROM flow_step WHERE flow = $6::text AND subject = $1),
                   $7::text, moved.state, $2::text, $8, $9, $3 FROM moved RETURNING id""",
        subject, move.target, now(), list(move.sources), step_id, flow.name, move.name, actor, reason,
        *(changes or {}).values(), *further,
    )  # fmt: skip
    if moved is None:
        raise MoveRefused()
    await _arm_timers(flow, subject, move.target, step_id)
    if move.event is not None:
        await emit(move.event(subject))
    return move.target


async def steps(flow: Flow, subject: UUID) -> list[dict[str, Any]]:
    """The subject's history, oldest first: move, source, target, actor, reason, at."""
    rows = await fetch(
        """SELECT move, source, target, actor, reason, at FROM flow_step
           WHERE flow = $1 AND subject = $2 ORDER BY number""",
        flow.name,
        subject,
    )
    return [dict(row) for row in rows]


async def fire_timer(event: TimerDue) -> None:
    """Reaction: acts only if the subject still stands where the timer was armed."""
    flow = _flows[event.flow]
    timer = next((it for it in flow.timers if it.name == event.timer), None)
    if timer is None:
        # A later version of the flow has no such timer.
        return
    async with transaction():
        # Locked before it is looked at: a move on its way makes this timer stale, and must be seen.
        await fetchrow(f"SELECT id FROM {flow.table._meta.tablename} WHERE id = $1 FOR UPDATE", event.subject)
        newest = await fetchrow(
            """SELECT id FROM flow_step WHERE flow = $1 AND subject = $2 ORDER BY number DESC LIMIT 1""",
            flow.name,
            event.subject,
        )
        if newest is None or newest["id"] != event.step:
            return
        if timer.move is not None:
            reason = None if not flow.by_name[timer.move].needs_reason else "deadline"
            await take(flow, event.subject, timer.move, actor=None, reason=reason)
        if timer.event is not None:
            await emit(timer.event(event.subject))


def drawing(flow: Flow) -> str:
    """The flow as a Mermaid state diagram, for docs/flows; a test keeps the committed copy fresh."""
    lines = ["stateDiagram-v2", f"    [*] --> {flow.initial}"]
    for move in flow.moves:
        reason = ", with a reason" if move.needs_reason else ""
        lines += [f"    {source} --> {move.target}: {move.name} ({move.who}{reason})" for source in move.sources]
    for timer in flow.timers:
        what = timer.move or timer.label
        lines.append(f"    note right of {timer.state}: after {_spoken(timer.after)}, {what}")
    lines += [f"    {state} --> [*]" for state in flow.final]
    return "\n".join(lines) + "\n"


def declared_flows() -> dict[str, Flow]:
    return dict(_flows)


async def _arm_timers(flow: Flow, subject: UUID, state: str, step_id: UUID) -> None:
    for timer in flow.timers:
        if timer.state == state:
            await emit(TimerDue(flow=flow.name, subject=subject, step=step_id, timer=timer.name), after=timer.after)


def _spoken(after: timedelta) -> str:
    hours = after.total_seconds() / 3600
    return f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours" if hours >= 1 else f"{hours * 60:g} minutes"

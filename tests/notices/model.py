"""What a notice may do, in plain Python, written from the product's words and not from the code's."""

from dataclasses import dataclass

STAFF = ("moderator", "colleague", "admin")
QUOTA = 3
NEXT = {
    "submit": {"draft": "submitted", "returned": "submitted"},
    "approve": {"submitted": "approved"},
    "return": {"submitted": "returned"},
    "schedule": {"draft": "scheduled", "approved": "scheduled"},
    "publish": {"draft": "published", "approved": "published", "scheduled": "published"},
    "withdraw": dict.fromkeys(("draft", "submitted", "returned", "approved", "scheduled"), "withdrawn"),
    "take_down": dict.fromkeys(("approved", "scheduled", "published"), "withdrawn"),
    "begin": {"scheduled": "published"},
    "end": {"published": "expired"},
}
ARROWS = {
    *((move, source, target) for move in NEXT if move not in ("begin", "end") for source, target in NEXT[move].items()),
    ("second", "approved", "approved"),
    ("revise", "published", "published"),
    ("expire", "published", "expired"),
}
"""Every step that may stand in the history."""


@dataclass
class Paper:
    id: str
    stream: str
    writer: str
    urgent: bool
    state: str = "draft"
    approved_by: str | None = None
    seconded_by: str | None = None
    edits: int = 1
    version: int = 1
    rang: bool = False
    """It has been out."""
    handed_in: bool = False
    """Others than its writer have had it."""

    def act(self, action: str, who: str, others: list["Paper"]) -> int:
        """What the answer's status must be; when it is 200, the paper has changed."""
        if action in ("begin", "end"):
            self._move(action)
            return 200
        refusal = self._at_the_door(action, who)
        return refusal or getattr(self, f"_{action}")(who, others)

    def _at_the_door(self, action: str, who: str) -> int | None:
        if action in ("approve", "return") and who not in STAFF:
            return 403
        if action == "submit":
            return None if who == self.writer else 404
        if action in ("publish", "schedule") and who not in STAFF:
            return 404
        private = self.state == "draft" or self.state == "withdrawn" and not self.handed_in
        hidden = who not in STAFF or private and self.stream == "notice"
        return 404 if hidden and who != self.writer else None

    def _submit(self, who: str, others: list["Paper"]) -> int:
        return 200 if self.state == "submitted" else self._move("submit")

    def _approve(self, who: str, others: list["Paper"]) -> int:
        if who == self.writer:
            return 409
        if self.state != "approved":
            self.approved_by = who if self.state == "submitted" else self.approved_by
            return self._move("approve")
        if who in (self.approved_by, self.seconded_by):
            return 200
        if not self.urgent or self.seconded_by is not None:
            return 409
        self.seconded_by = who
        return 200

    def _return(self, who: str, others: list["Paper"]) -> int:
        return 409 if who == self.writer else self._move("return")

    def _publish(self, who: str, others: list["Paper"]) -> int:
        return self._go_out("publish", who, others)

    def _schedule(self, who: str, others: list["Paper"]) -> int:
        return self._go_out("schedule", who, others)

    def _go_out(self, move: str, who: str, others: list["Paper"]) -> int:
        if self.stream == "notice" and (self.state == "draft" or who == self.writer):
            return 409
        answering = {self.approved_by, self.seconded_by, who} | ({self.writer} if self.stream == "news" else set())
        if self.urgent and who != "admin" and len(answering - {None}) < 2:
            return 409
        same_voice = [it for it in others if it is not self and it.voice == self.voice and it.urgent]
        rung = sum(it.rang or it.state == "scheduled" for it in same_voice)
        if self.urgent and self.state != "scheduled" and rung >= QUOTA:
            return 409
        return self._move(move)

    def _withdraw(self, who: str, others: list["Paper"]) -> int:
        if self.state == "withdrawn":
            return 200
        if who == self.writer and self.state in NEXT["withdraw"]:
            return self._move("withdraw")
        return self._move("take_down") if who in STAFF else 409

    def _edit(self, who: str, others: list["Paper"]) -> int:
        own = who == self.writer
        if self.state in ("draft", "returned"):
            allowed = 200 if own else 409
        elif self.state in ("submitted", "approved"):
            allowed = 409 if own else 200
        elif self.state == "published" and who in STAFF and not (own and self.stream == "notice"):
            allowed = 403 if self.urgent and who != "admin" else 200
        else:
            allowed = 409
        if allowed == 200:
            self.edits += 1
            self.version += self.state == "published"
            if self.state == "approved":
                self.approved_by, self.seconded_by = who, None
        return allowed

    def _move(self, move: str) -> int:
        if self.state not in NEXT[move]:
            return 409
        self.state = NEXT[move][self.state]
        self.rang = self.rang or self.state == "published"
        self.handed_in = self.handed_in or self.state == "submitted"
        return 200

    @property
    def voice(self) -> str:
        return "resident" if self.writer == "wang" else "committee"

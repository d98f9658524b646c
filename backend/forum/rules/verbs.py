"""What a reader may do next with a thread or a post: what the client offers. The services decide again."""

from functools import cache


@cache
def post_verbs(
    *, shown: bool, own: bool, editable: bool, signed_in: bool, member: bool, answerable: bool, accepts: bool
) -> tuple[str, ...]:
    """`editable`: within the hours that the author has. `accepts`: the reader may accept answers of this question."""
    offered = {
        "edit": own and editable,
        "delete": own and shown,
        "reply": shown and answerable,
        "report": shown and signed_in and not own,
        "accept": shown and accepts,
        "react": shown and member,
    }
    return tuple(verb for verb, may in offered.items() if may)


@cache
def thread_verbs(
    *,
    shown: bool,
    own: bool,
    editable: bool,
    signed_in: bool,
    answerable: bool,
    staff: bool,
    speaks: bool,
    moves: bool,
    is_issue: bool,
) -> tuple[str, ...]:
    """`speaks`: for an organisation of the community. `moves`: the issue on, in some way."""
    offered = {
        "reply": shown and answerable,
        "edit": own and editable,
        "delete": own and shown,
        "follow": shown and signed_in,
        "lock": shown and staff,
        "pin": shown and staff,
        "slow": shown and staff,
        "move": shown and staff,
        "merge": shown and staff,
        "split": shown and staff,
        "to_issue": shown and staff and not is_issue,
        "respond": shown and speaks,
        "move_issue": shown and moves,
        "report": shown and signed_in and not own,
    }
    return tuple(verb for verb, may in offered.items() if may)

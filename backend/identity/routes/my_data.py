"""Taking one's data away, and going."""

from litestar import Response, delete, get
from litestar.di import NamedDependency

from backend.core.auth import SIGNED_IN, Caller, rule
from backend.core.limits import StrictLimit, spend
from backend.identity.queries import my_data as queries
from backend.identity.routes.auth import COOKIE, COOKIE_PATH
from backend.identity.rules.sign_in import DAY_S
from backend.identity.schemas.my_data import MyData
from backend.identity.service import closure

EXPORTS = StrictLimit("data_exports", times=3, per_s=DAY_S)
"""The answer holds a whole life here; a stolen phone should not make a habit of it."""


@get("/me/export", opt=rule(SIGNED_IN))
async def export_my_data(caller: NamedDependency[Caller]) -> Response[MyData]:
    """Everything held about me, three times a day at most."""
    await spend(EXPORTS, str(caller.account_id))
    headers = {"Content-Disposition": 'attachment; filename="linli-my-data.json"', "Cache-Control": "no-store"}
    return Response(await queries.my_data(caller), headers=headers)


@delete("/me", opt=rule(SIGNED_IN))
async def close_account(caller: NamedDependency[Caller]) -> Response[None]:
    """Closes my account for good; the phone is free for a new one."""
    await closure.close_account(caller)
    answer = Response(None, status_code=204)
    answer.delete_cookie(COOKIE, path=COOKIE_PATH)
    return answer


ROUTES = [export_my_data, close_account]

"""The device that a session can be pushed to."""

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, rule
from backend.inbox.providers import vapid
from backend.inbox.schemas import DeviceOut, DeviceUpdate, WebPushKeyOut
from backend.inbox.service import devices


@put("/devices/current", opt=rule(SIGNED_IN))
async def register_device(caller: NamedDependency[Caller], data: JSONBody[DeviceUpdate]) -> DeviceOut:
    """Where this session can be pushed to; an app brings it at every start."""
    return await devices.register_device(caller, data)


@delete("/devices/current", opt=rule(SIGNED_IN))
async def forget_device(caller: NamedDependency[Caller]) -> None:
    """Nothing is pushed to this session any more."""
    await devices.forget_device(caller)


@get("/devices/web-push-key", opt=rule(PUBLIC))
async def read_web_push_key() -> WebPushKeyOut:
    """What a browser subscribes with. A browser that subscribed with another one must do so again."""
    return WebPushKeyOut(vapid.public_key())


ROUTES = [register_device, forget_device, read_web_push_key]

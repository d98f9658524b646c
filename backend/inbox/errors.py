"""How inbox says no."""

from backend.core.errors import Conflict


class ChannelLocked(Conflict):
    """Urgent safety and decisions about oneself can't be switched off."""

    code = "inbox.channel_locked"

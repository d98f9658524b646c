"""What may be done in moderation; the rooms that people write in know these."""

from backend.moderation.service.carrying import carry
from backend.moderation.service.opening import hold
from backend.moderation.service.screening import Screened, screen
from backend.moderation.service.standing import refuse_silenced, refuse_suspended

__all__ = ["Screened", "carry", "hold", "refuse_silenced", "refuse_suspended", "screen"]

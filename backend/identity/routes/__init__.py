"""Where identity is reached."""

from backend.identity.routes import auth, communities, me, queue, verifications

ROUTES = [*auth.ROUTES, *me.ROUTES, *communities.ROUTES, *verifications.ROUTES, *queue.ROUTES]

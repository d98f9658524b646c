"""Where identity is reached."""

from backend.identity.routes import auth, communities, desk, imports, me, my_data, queue, roles, verifications

ROUTES = [
    *auth.ROUTES,
    *me.ROUTES,
    *my_data.ROUTES,
    *communities.ROUTES,
    *verifications.ROUTES,
    *queue.ROUTES,
    *desk.ROUTES,
    *imports.ROUTES,
    *roles.ROUTES,
]

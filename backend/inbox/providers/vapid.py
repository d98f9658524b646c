"""This house's key for Web Push. Drawn from the key ring, so that API and worker agree without a file between them.

It goes with the ring's `signing` key: after a new one, browsers subscribe again when the app next asks for the key.
"""

import base64

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.core.crypto import p256_key


def private_key() -> EllipticCurvePrivateKey:
    return p256_key("web_push.vapid")


def public_key() -> str:
    """The uncompressed point in base64url without padding, as `pushManager.subscribe` takes it."""
    point = private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")

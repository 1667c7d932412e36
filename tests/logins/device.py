"""A passkey in software: makes and uses credentials as an authenticator does, in the bytes of W3C Web Authentication Level 2."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(given: str) -> bytes:
    """Undo :func:`text`."""
    return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))


@dataclass
class Device:
    """One authenticator with one credential. ``count`` grows with each use; ``verifies``: it asks for finger or PIN."""

    origin: str = "http://testserver"
    verifies: bool = True
    count: int = 0
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str) -> str:
        """Answer ``navigator.credentials.create``: attestation “none”, ES256 (sections 6.5 and 8.7)."""
        asked = json.loads(options)
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        about = bytes(16) + len(self.identity).to_bytes(2, "big") + self.identity + cose
        authenticator = self._authenticator(asked["rp"]["id"], ATTESTED) + about
        client = self._client("webauthn.create", asked["challenge"])
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": authenticator})
        return self._answer(
            {"clientDataJSON": text(client), "attestationObject": text(attestation), "transports": ["usb"]}
        )

    def sign(self, options: str) -> str:
        """Answer ``navigator.credentials.get`` (section 6.3.3)."""
        asked = json.loads(options)
        self.count += 1
        authenticator = self._authenticator(asked["rpId"])
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(authenticator + sha256(client).digest(), ec.ECDSA(SHA256()))
        given = {"clientDataJSON": text(client), "authenticatorData": text(authenticator), "signature": text(signature)}
        return self._answer(given)

    def _authenticator(self, host: str, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        name = text(self.identity)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )

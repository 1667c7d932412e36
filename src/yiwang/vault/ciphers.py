"""The algorithms that seal: AES-256-GCM, and SM4-GCM (GB/T 32907-2016, RFC 8998), each with a nonce of its own and a tag.

A key carries its algorithm. One of 32 bytes is for AES-256-GCM, as all were before there was a choice; any other begins with
a byte that names its algorithm. What wraps a data key also authenticates that byte, so that nobody can exchange it.
"""

import secrets

from cryptography.exceptions import InvalidTag as InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES, TAG_BYTES = 12, 16
AES, SM4 = "aes-256-gcm", "sm4-gcm"
ALGORITHMS = (AES, SM4)
AES_BYTES = 32
SM4_MARK, SM4_BYTES = b"\x01", 16


def fresh_key(algorithm: str) -> bytes:
    """Return a new key for one of ALGORITHMS, from the system's randomness."""
    if algorithm == AES:
        return secrets.token_bytes(AES_BYTES)
    if algorithm == SM4:
        return SM4_MARK + secrets.token_bytes(SM4_BYTES)
    raise ValueError(f"there is no algorithm {algorithm}")


def algorithm_of(key: bytes) -> str:
    """Return which of ALGORITHMS a key is for; raises ValueError for what is no key."""
    if len(key) == AES_BYTES:
        return AES
    if len(key) == len(SM4_MARK) + SM4_BYTES and key.startswith(SM4_MARK):
        return SM4
    raise ValueError("no key of a known algorithm")


def encrypt(key: bytes, content: bytes, binding: bytes) -> bytes:
    """Return nonce, sealed content and tag; ``binding`` names the place, and must be the same to decrypt it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _with(key, nonce, content, binding, sealing=True)


def decrypt(key: bytes, sealed: bytes, binding: bytes) -> bytes:
    """Return what :func:`encrypt` sealed; raises InvalidTag when it was altered, or is not of this key and place."""
    return _with(key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding, sealing=False)


def _with(key: bytes, nonce: bytes, content: bytes, binding: bytes, *, sealing: bool) -> bytes:
    if algorithm_of(key) == AES:
        cipher = AESGCM(key)
        return cipher.encrypt(nonce, content, binding) if sealing else cipher.decrypt(nonce, content, binding)
    bare = key[len(SM4_MARK) :]
    return sm4_encrypt(bare, nonce, content, binding) if sealing else sm4_decrypt(bare, nonce, content, binding)


def sm4_encrypt(key: bytes, nonce: bytes, content: bytes, binding: bytes) -> bytes:
    """Seal with SM4 in GCM mode; returns the sealed content followed by the tag of 16 bytes (RFC 8998, appendix A.1)."""
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(binding)
    return encryptor.update(content) + encryptor.finalize() + encryptor.tag


def sm4_decrypt(key: bytes, nonce: bytes, sealed: bytes, binding: bytes) -> bytes:
    """Open what :func:`sm4_encrypt` made; raises InvalidTag."""
    if len(nonce) != NONCE_BYTES or len(sealed) < TAG_BYTES:
        raise InvalidTag
    body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(binding)
    return decryptor.update(body) + decryptor.finalize()

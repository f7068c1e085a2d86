"""Short digests of texts: to tell ids apart, to pick replicas, to derive seeds. The same on every machine, always."""

import hashlib


def digest64(text: str) -> int:
    """Return the 64-bit BLAKE2b digest of a text.

    Among a million texts two share one with a probability below 1e-7.
    """
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def seed63(text: str) -> int:
    """Derive a seed from a text; 63 bits, because servers read it as a signed number."""
    return digest64(text) >> 1

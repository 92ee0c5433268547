"""What JAX, Flax and learners' code pass around: nothing that can be typed here."""

from typing import Any

Opaque = Any

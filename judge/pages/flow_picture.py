"""The precision flow as a picture."""

from collections.abc import Mapping
from typing import Any

from htpy import Node


def flow_picture(graph: Mapping[str, Any], *, prefix: str = "") -> Node:  # noqa: ARG001 -- what a picture will be made of
    """The picture of a `FlowFact.graph`, its ids and links begin with `prefix`; None if there is none."""
    return None

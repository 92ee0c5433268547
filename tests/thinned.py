"""Parameters of a test of which `make test` takes some, and `make test-more` all others."""

from collections.abc import Iterable
from typing import Any

import pytest


def thinned(
    values: Iterable[Any],
    every: int = 2,
    *,
    ids: Iterable[str] | None = None,
    keep: Iterable[Any] = (),
    later: pytest.MarkDecorator = pytest.mark.more,
) -> list[Any]:
    """Each so-manieth one as it is, and those to keep; the others for later.

    Args:
        ids: names of the values, in their order. keep: values, or ids where there are some.
    """
    known = list(values)
    names = [None] * len(known) if ids is None else list(ids)
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            id=name,
            marks=() if at % every == 0 or (value if name is None else name) in keep else later,
        )
        for at, (value, name) in enumerate(zip(known, names, strict=True))
    ]

"""Imports that JAX and Flax would make, and that no training step needs: 40 of 600 ms of a zygote's start.

Both ways out are of the standard library and of JAX; where a release no longer imports these, nothing
happens. tests/worker/test_skipped_imports.py says whether it does, and that a submission can have them all
the same.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

WITHOUT = "etils"  # for paths in clouds; where it isn't to be had, JAX takes pathlib
LATER = "jax.extend.pallas"  # kernels for accelerators: imported at the first look into it


class _Spared(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name == WITHOUT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        spec = PathFinder.find_spec(name, path, target) if name == LATER else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextmanager
def skipped() -> Iterator[None]:
    """Import without them in here; afterwards each can be imported as ever."""
    finder = _Spared()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)

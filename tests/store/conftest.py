from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite"])
def store_url(tmp_path: Path) -> str:
    """An empty place for a store."""
    return str(tmp_path / "store.db")

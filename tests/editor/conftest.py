from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from toys import RIGHT, Toy

from editor.driver import Editor, an_editor


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """One with a small exercise, whose server stays for a module."""
    toy = Toy.make(tmp_path_factory.mktemp("course"))
    toy.write("submissions/toy/kept.py", RIGHT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(toy.root / "state"))
        async with an_editor(toy.root, options={"debounce": 0.3}) as one:
            yield one

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture
def soon() -> Iterator[None]:
    """Far more time than any of it takes, and none to wait for what never ends."""

    def too_late(*_: object) -> None:
        message = "it is followed for ever"
        raise TimeoutError(message)

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)

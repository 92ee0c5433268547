import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher

# A shell that runs this in the background ignores Ctrl-C, and so would all judges that are started here.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is slow, which is no fault of what is tested.
settings.register_profile("judge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("judge")


@pytest.fixture(scope="session", autouse=True)
def _folders_of_the_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Expected values are kept between test runs, but nothing of the user's own is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(variable, str(request.config.cache.mkdir("xdg")))
        yield


@pytest.fixture(scope="session")
def zygote() -> Iterator[Launcher]:
    """One zygote for all tests of a process; lend it out as `toys.Kept` where it would be closed."""
    launcher = default_launcher("none")
    launcher.start()
    yield launcher
    launcher.close()

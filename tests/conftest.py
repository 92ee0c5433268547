import gc
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.tiers import default_launcher

# A shell that runs this in the background ignores Ctrl-C, and so would all judges that are started here.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A service keeps no record of what a learner has done; the judges of these tests are a learner's.
os.environ.pop("CI", None)

# A busy machine is slow, which is no fault of what is tested.
settings.register_profile("judge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("judge"), max_examples=5)
settings.load_profile("judge")


collect_ignore = ["corpus"]  # learners' files, whatever they are called

NO_PROCESS = "not process"
STARTING = (
    "subprocess",
    "judge.sandbox.starting",
    "judge.run.runner",
    "judge.hostile",
    "judge.store",
    "judge.cluster",
    "judge.worker.serve",
    "store",
    "cluster",
    "editor",
    "toys",
    "traced",
    "jax",
    "matrix",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts judges or workers, runs JAX or keeps a store: `make quick` leaves it out."""
    slow = {module: _starts_processes(module) for module in {getattr(item, "module", None) for item in items}}
    for item in items:
        fixtures = {"zygote", "launcher", "chromium", "store_url"} & set(getattr(item, "fixturenames", ()))
        if fixtures or slow[getattr(item, "module", None)]:
            item.add_marker("process")


def pytest_configure(config: pytest.Config) -> None:
    """`make quick` draws fewer examples."""
    if NO_PROCESS in config.option.markexpr:
        settings.load_profile("quick")


def pytest_make_parametrize_id(val: object) -> str | None:
    """A text of a megabyte is told from others by its beginning."""
    return ascii(val[:40])[1:-1] if isinstance(val, str) and len(val) > 200 else None


def pytest_collection_finish() -> None:
    """What all tests need stays: no collection of garbage looks through it again."""
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where no test is wanted that starts anything, a module that imports what does isn't even read."""
    if NO_PROCESS not in config.option.markexpr or collection_path.suffix != ".py":
        return None
    names = "|".join(map(re.escape, STARTING))
    imports = re.compile(rf"^(?:from|import) (?:{names})\b", re.MULTILINE)
    return imports.search(collection_path.read_text(encoding="utf-8")) is not None or None


def _starts_processes(module: ModuleType | None) -> bool:
    """Whether a test module works with what starts processes, or JAX."""
    names = [
        value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
        for value in vars(module).values()
    ]
    return any(name.startswith(STARTING) for name in names)


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

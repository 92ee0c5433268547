"""What makes the judge quick changes no result: caches, workers that wait, and what those went through."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from toys import Heard

from judge.commands.cache_warm import warm as fill
from judge.commands.inputs.find_problem import Problems
from judge.problem.load import load_problem
from judge.reporters import REPORTERS
from judge.reporters.base import View
from judge.run import runner
from judge.run.intake import Job, RunRequest
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.pool import Pool, Setup
from judge.sandbox.talking.conversation import Conversation

ROOT = Path(__file__).parent.parent
PROBLEM = "mixed_precision_step"
EXAMPLES = ROOT / "submissions" / PROBLEM / "examples"
FEW = ("accepted/lesson_recipe", "wrong_answer/uncast_inputs")
ENDS_ITS_PROCESS = "runtime_error/kills_its_process"
SOME = (*FEW, ENDS_ITS_PROCESS, "pitfall/low_precision_loss_scale")
MANY = (
    *SOME,
    "accepted/functional_dict",
    "invalid/other_name",
    "accepted/jitted_update",
    "pitfall/masters_stored_in_bfloat16",
    "pitfall/mean_in_float32",
    "runtime_error/exception_in_helper",
    "wrong_answer/full_precision_final_loss",
    "wrong_answer/low_precision_unscale",
    "wrong_answer/not_finite",
    "wrong_answer/unscaled_grads",
)
MEASURED = {"seconds", "cpu_seconds", "peak_memory_mib", "near_limit"}  # what differs from run to run

pytestmark = pytest.mark.xdist_group("examples")


class Watched(Pool):
    """A pool that counts the workers that were taken: those that had waited, and those made on demand."""

    def __init__(self, launcher: Launcher, *, spare: int, warm: bool) -> None:
        super().__init__(launcher, spare=spare, warm=warm)
        self.prepared: list[Conversation | None] = []
        self.setups: list[Setup] = []
        self.waited = self.fresh = 0

    def _prepared(self, setup: Setup) -> Conversation | None:
        self.setups.append(setup)
        self.prepared.append(super()._prepared(setup))
        return self.prepared[-1]

    def take(self, setup: Setup) -> Conversation:
        taken = super().take(setup)
        if any(taken is one for one in self.prepared):
            self.waited += 1
        elif not setup.trusted:
            self.fresh += 1
        return taken


@dataclass(slots=True)
class Way:
    """How workers come about. `pool`: the one of the last run."""

    spare: int
    warm: bool = False
    pool: Watched | None = None

    def __call__(self, _request: RunRequest, launcher: Launcher, **_others: object) -> Pool:
        self.pool = Watched(launcher, spare=self.spare, warm=self.warm)
        return self.pool


Judged = Callable[[Way, tuple[str, ...]], dict[str, Any]]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judged:
    """The whole JSON result of these samples, but for times and memory."""

    def judge(way: Way, names: tuple[str, ...]) -> dict[str, Any]:
        monkeypatch.setattr(runner, "pool_for", way)
        problem = load_problem(ROOT, ROOT / "problems" / PROBLEM)
        jobs = tuple(Job(name=name, path=EXAMPLES / f"{name}.py", problem=problem) for name in names)
        report = runner.run(RunRequest(root=ROOT, jobs=jobs, workers=1, want_flow=True), Heard())
        found = json.loads("".join(REPORTERS["json"](View(flow=True)).parts(report)))
        assert [result["verdict"] for result in found["results"]] == [
            name.partition("/")[0] for name in names
        ]
        return without_measures(found)

    return judge


def fill_the_cache() -> None:
    """So that workers go through the warm-up."""
    assert len(list(fill(Problems(ROOT), [PROBLEM], 0, None, print))) == 1


def without_measures(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: without_measures(item) for key, item in value.items() if key not in MEASURED}
    return [without_measures(item) for item in value] if isinstance(value, list) else value


def test_a_difference_would_be_seen() -> None:
    one = {"results": [{"seconds": 1, "cases": [{"actual": [1.0], "cpu_seconds": 2}]}]}
    assert without_measures(one) == {"results": [{"cases": [{"actual": [1.0]}]}]}


@pytest.mark.more
@pytest.mark.soak
def test_workers_that_were_warmed_up_give_the_results_that_fresh_ones_give(judged: Judged) -> None:
    none, warm = Way(spare=0), Way(spare=2, warm=True)
    fill_the_cache()
    assert judged(warm, FEW) == judged(none, FEW)
    assert none.pool is not None
    assert (none.pool.waited, none.pool.fresh) == (0, 4), "one for public cases, and one for hidden ones"
    assert warm.pool is not None
    assert warm.pool.waited >= 1
    assert all(setup.warm_up is not None for setup in warm.pool.setups)
    assert None not in warm.pool.prepared, "all came back from the warm-up"


@pytest.mark.more
@pytest.mark.parametrize(
    "names", [pytest.param(SOME, id="some"), pytest.param(MANY, id="many", marks=pytest.mark.soak)]
)
def test_results_are_the_same_with_a_cold_cache_a_warm_one_a_warm_pool_a_pool_and_none(
    judged: Judged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = judged(Way(spare=0), names)  # in a cache that isn't there
    fill_the_cache()
    ways = {"warm cache": Way(spare=0), "pool": Way(spare=3), "warm pool": Way(spare=3, warm=True)}
    for name, way in ways.items():
        assert judged(way, names) == first, name
        assert way.pool is not None
        assert (way.pool.waited > len(names) // 2) == (way.spare > 0), name
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))  # nothing can be kept there
    # What starts a process for each case compiles everything each time, which takes all of its time.
    kept = [at for at, name in enumerate(names) if name != ENDS_ITS_PROCESS]
    again = judged(Way(spare=0), tuple(names[at] for at in kept))
    assert again["results"] == [first["results"][at] for at in kept], "cold cache"

"""The judge's hold on a zygote: it is started once, ended for good, and no warm-up spoils it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from thinned import thinned

from judge.errors import SandboxFault
from judge.sandbox.starting import zygote
from judge.sandbox.starting.launch import ZygoteLauncher
from judge.sandbox.starting.tiers import default_launcher
from judge.sandbox.starting.zygote import MESSAGE_LIMIT, TRIES, Zygote
from judge.sandbox.talking.requests import WarmUp
from sandbox.programs import LIMITS, call, judged, numbers, one, step
from sandbox.warmups import warm_up


@pytest.fixture
def held() -> Iterator[Zygote]:
    made = Zygote()
    yield made
    made.end()


@pytest.fixture(scope="module")
def launcher() -> Iterator[ZygoteLauncher]:
    made = default_launcher("none")
    assert isinstance(made, ZygoteLauncher)
    yield made
    made.close()


def test_one_that_has_begun_is_the_one_that_is_started_and_ends_with_its_folder(held: Zygote) -> None:
    held.begin()
    process = held.process
    held.begin()
    assert "jax" in held.start()
    assert held.start() == held.start()
    assert process is not None
    assert held.process is process
    assert held.folder is not None
    folder = held.folder.path
    assert folder.is_dir()
    held.end()
    assert (process.returncode, folder.exists(), held.process, held.folder) == (0, False, None, None)


def test_one_that_is_not_needed_after_all_is_ended_before_it_has_imported_everything(held: Zygote) -> None:
    held.begin()
    process, folder = held.process, held.folder
    assert process is not None
    assert folder is not None
    held.end()
    assert process.returncode == -signal.SIGKILL, "nobody waits for its imports"
    assert not folder.path.exists()


def test_what_does_not_run_cannot_be_asked(held: Zygote) -> None:
    with pytest.raises(SandboxFault, match="the zygote isn't running"):
        held.ask({"op": "fork"})


@pytest.mark.parametrize("error", [OSError("gone"), SandboxFault("silent")])
def test_what_fails_is_tried_again_and_given_up_with_the_zygote_ended(held: Zygote, error: Exception) -> None:
    tried: list[bool] = []

    def fail() -> None:
        tried.append(held.process is None)
        held.begin()
        raise error

    with pytest.raises(type(error)):
        held.insist(fail)
    assert tried == [True] * TRIES, "each time on a new one"
    assert held.process is None, "what the last one still says would answer the next question"


def test_what_works_at_last_is_enough_and_other_errors_are_not_tried_again(held: Zygote) -> None:
    tried: list[int] = []

    def late() -> str:
        tried.append(len(tried))
        if len(tried) < TRIES:
            raise OSError("busy")
        return "done"

    assert (held.insist(late), len(tried)) == ("done", TRIES)
    with pytest.raises(ZeroDivisionError):
        held.insist(lambda: tried.append(1 // 0))
    assert len(tried) == TRIES


# --- warm-ups -----------------------------------------------------------------------------------------

WENT = "return np.ones(1) * ('WENT' in os.environ)"


def test_what_a_warm_up_did_is_there_in_every_worker_also_of_a_zygote_that_was_started_anew(
    tmp_path: Path,
) -> None:
    count = tmp_path / "count"
    good = warm_up(
        f"os.environ['WENT'] = '1'\nprint('spoken', file=open({str(count)!r}, 'a'))\nprint('spoken')"
    )
    made = default_launcher("none")
    try:
        assert isinstance(made, ZygoteLauncher)
        assert [made.warm(good) for _ in range(3)] == [None] * 3
        assert len(count.read_text().splitlines()) == 1, "the same one is not traced again"
        evidence = judged(made, step(WENT))
        assert (numbers(evidence.cases[0]), evidence.capture.stdout) == ([1.0], "")
        assert made.zygote.process is not None
        made.zygote.process.kill()
        made.zygote.process.wait()
        assert numbers(one(made, WENT)) == [1.0]
        assert len(count.read_text().splitlines()) == 2
    finally:
        made.close()


@pytest.mark.more
def test_one_that_does_harm_only_in_the_zygote_that_is_started_anew_is_left_out_there(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    late = warm_up(
        f"""
        os.environ['WENT'] = '1'
        if os.path.exists({str(mark)!r}):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        open({str(mark)!r}, 'w').close()
        """
    )
    made = default_launcher("none")
    try:
        assert isinstance(made, ZygoteLauncher)
        assert made.warm(late) is None
        assert made.zygote.process is not None
        made.zygote.process.kill()
        made.zygote.process.wait()
        assert numbers(one(made, WENT)) == [0.0]
    finally:
        made.close()


LARGE = WarmUp(source="#" * MESSAGE_LIMIT, entry_point="warm_up", calls=())
HARMFUL = {
    "raises": (warm_up("raise ValueError('no')"), "ValueError: no (line 4)"),
    "leaves": (warm_up("sys.exit(3)"), "SystemExit: 3 (line 4)"),
    "no function": (WarmUp(source="", entry_point="warm_up", calls=()), "NameError: it defines no function"),
    "no Python": (WarmUp(source="def", entry_point="warm_up", calls=()), "SyntaxError: invalid syntax"),
    "is large": (LARGE, f"it has {MESSAGE_LIMIT + 67} bytes with its calls, {MESSAGE_LIMIT} are allowed"),
    "starts threads": (
        warm_up("threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"),
        "2 threads ran after it was traced: it starts some, or the backend of JAX",
    ),
    "starts the backend": (warm_up("__import__('jax').devices()"), "threads ran after it was traced"),
    "ends the process": (warm_up("os._exit(0)"), "the zygote ended: it said nothing"),
    "is too long": (warm_up("time.sleep(60)"), "the zygote gave no answer in 2 s"),
    "floods": (warm_up("while True: print('x' * 1000, file=sys.stderr)"), "the zygote gave no answer in 2 s"),
}


@pytest.mark.parametrize(("harmful", "why"), thinned(HARMFUL.values(), len(HARMFUL), ids=HARMFUL))
def test_a_warm_up_that_would_do_harm_does_none_and_the_reason_is_told(
    launcher: ZygoteLauncher, harmful: WarmUp, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher.start()
    monkeypatch.setattr(zygote, "ANSWER_SECONDS", 2.0)
    assert why in (launcher.warm(harmful) or "nothing")
    monkeypatch.undo()
    evidence = judged(launcher, step("print('mine')\nreturn np.ones(1)"), call(), limits=LIMITS)
    assert numbers(evidence.cases[0]) == [1.0]
    assert (evidence.capture.stdout, evidence.capture.stderr) == ("mine\n", "")
    assert launcher.zygote.process is not None
    assert psutil.Process(launcher.zygote.process.pid).num_threads() == 1

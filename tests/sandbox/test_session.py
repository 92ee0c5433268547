"""What every way to start workers must do: each test runs with each launcher."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from judge.errors import SandboxFault
from judge.evidence import ArrayValue, CaseEvidence, ExceptionFact, OtherValue, Stop, StopReason, TraceFact
from judge.problem.model import Limits
from judge.sandbox.limits.tree_usage import Usage
from judge.sandbox.session import Sandbox
from judge.sandbox.starting.launch import Launcher
from judge.sandbox.starting.numeric_settings import NUMERIC_SETTINGS
from judge.sandbox.starting.spawn import SpawnLauncher
from judge.sandbox.starting.tiers import default_launcher, missing, tiers
from judge.sandbox.talking.conversation import Answer
from judge.sandbox.talking.outcome import trace_fact
from judge.worker.wire import Record
from sandbox.programs import LIMITS, X, call, judged, numbers, one, program, step, stops, texts

# A number that tells processes apart also where each has process ids of its own.
OWN = "int.from_bytes(os.getcwd()[-6:].encode(), 'big')"
SENT = "np.frombuffer(str({}).encode(), np.uint8)"


# Each of these must do the same. The quick tests take a zygote, with walls where there are some; for a
# returned array each of these; for EACH those that fork: the others start a Python for each worker. What
# other systems have, and is no tier, goes through the rest in `make soak`.
LAUNCHERS = ("landlock", "none", "namespaces", "spawn")
FIRST = next(name for name in LAUNCHERS if name in tiers())


def launchers(*quick: str) -> list[object]:
    return [pytest.param(name, marks=() if name in quick else pytest.mark.more) for name in LAUNCHERS]


def by_default() -> list[object]:
    later = {"spawn": (pytest.mark.more, pytest.mark.soak), FIRST: ()}
    return [pytest.param(name, marks=later.get(name, pytest.mark.more)) for name in LAUNCHERS]


ALL = pytest.mark.parametrize("launcher", launchers("landlock", "none"), indirect=True)
EACH = pytest.mark.parametrize("launcher", launchers("landlock"), indirect=True)


@pytest.fixture(scope="session")
def _started() -> Iterator[dict[str, Launcher]]:
    started: dict[str, Launcher] = {}
    yield started
    for launcher in started.values():
        launcher.close()


@pytest.fixture(params=by_default())
def launcher(request: pytest.FixtureRequest, _started: dict[str, Launcher]) -> Launcher:
    """One for all tests of a process, closed in the end."""
    name: str = request.param
    if name != "spawn" and name not in tiers():
        pytest.skip(missing(name))
    if name not in _started:
        _started[name] = SpawnLauncher() if name == "spawn" else default_launcher(name)
        _started[name].start()
    return _started[name]


def vanishes(pid: int) -> bool:
    """Whether a process is gone, or will be in a moment."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_the_versions_of_what_workers_run_with_are_told(launcher: Launcher) -> None:
    versions = launcher.start()
    assert sorted(versions) == ["flax", "jax", "jaxlib", "numpy", "optax", "python"]
    assert versions["python"].count(".") == 2


@ALL
def test_a_returned_array_comes_back_bit_for_bit(launcher: Launcher) -> None:
    found = one(launcher, "return np.asarray(x)[None] * seed")
    assert found.value == ArrayValue(dtype="float32", shape=(1, 2), data=X.tobytes())
    assert (found.exception, found.stop) == (None, None)
    assert 0 < found.seconds < LIMITS.wall_s
    assert found.cpu_seconds is not None
    assert found.peak_memory_mib is not None
    assert 20 < found.peak_memory_mib < LIMITS.memory_mib


def test_arguments_are_python_numbers_and_jax_arrays(launcher: Launcher) -> None:
    asked = "(type(seed).__name__, isinstance(x, __import__('jax').Array), x.dtype.name, x.shape)"
    assert texts(one(launcher, f"return {SENT.format(asked)}")) == "('float', True, 'float32', (2,))"


def test_what_is_no_array_is_described(launcher: Launcher) -> None:
    assert one(launcher, "pass").value == OtherValue(kind="none", type_name="NoneType", text="None")


def test_public_cases_share_a_process_and_hidden_ones_have_another(launcher: Launcher) -> None:
    counting = program(
        f"""
        calls = []
        def step(seed, x):
            calls.append(seed)
            return np.array([len(calls), {OWN}])
        """
    )
    evidence = judged(
        launcher, counting, call("a"), call("h", hidden=True), call("b"), call("i", hidden=True)
    )
    assert [case.name for case in evidence.cases] == ["a", "b", "h", "i"]
    found = [numbers(case) for case in evidence.cases]
    assert [count for count, _ in found] == [1, 2, 1, 2]
    assert found[0][1] == found[1][1] != found[2][1] == found[3][1]


def test_an_exception_is_a_fact_with_the_learners_own_lines_and_costs_no_process(launcher: Launcher) -> None:
    failing = program(
        """
        import json
        calls = []
        def helper(seed):
            return json.loads("{" * int(seed))
        def step(seed, x):
            calls.append(seed)
            helper(seed) if seed else None
            return np.array([len(calls)])
        """
    )
    first, second = judged(launcher, failing, call("a", 1.0), call("b", 0.0)).cases
    assert first.exception is not None
    assert (first.exception.type, first.exception.lines) == ("JSONDecodeError", (9, 6))
    assert first.exception.message.startswith("Expecting property name")
    assert numbers(second) == [2]


@pytest.mark.parametrize(
    ("statement", "exception"),
    [
        ("sys.exit(0)", ExceptionFact(type="SystemExit", message="0", lines=(4,))),
        ("raise KeyboardInterrupt", ExceptionFact(type="KeyboardInterrupt", message="", lines=(4,))),
        ("raise BaseException('b')", ExceptionFact(type="BaseException", message="b", lines=(4,))),
        ("input()", ExceptionFact(type="EOFError", message="EOF when reading a line", lines=(4,))),
    ],
)
def test_exits_and_interrupts_are_exceptions_of_the_case(
    launcher: Launcher, statement: str, exception: ExceptionFact
) -> None:
    assert one(launcher, statement).exception == exception


@pytest.mark.parametrize(
    ("statement", "stop"),
    [
        (
            "os._exit(0)",
            Stop(
                reason=StopReason.EXIT,
                measured=0,
                detail="the process exited with status 0 before it gave a result",
            ),
        ),
        (
            "os.abort()",
            Stop(
                reason=StopReason.SIGNAL,
                measured=signal.SIGABRT,
                detail="the process was ended by SIGABRT",
            ),
        ),
        (
            "os.kill(os.getpid(), 11)",
            Stop(reason=StopReason.SIGNAL, measured=11, detail="the process was ended by SIGSEGV"),
        ),
    ],
)
def test_a_case_that_ends_the_process_costs_only_itself(
    launcher: Launcher, statement: str, stop: Stop
) -> None:
    body = f"if seed:\n    {statement}\nreturn np.array([{OWN}])"
    before, broken, after = judged(launcher, step(body), call("a", 0.0), call("b"), call("c", 0.0)).cases
    assert (broken.stop, broken.value, broken.exception) == (stop, None, None)
    assert numbers(before) != numbers(after)


@EACH
@pytest.mark.parametrize(
    ("statement", "limits", "reason"),
    [
        ("time.sleep(60)", Limits(wall_s=0.7), StopReason.WALL),
        ("while True: pass", Limits(wall_s=30.0, cpu_s=0.5), StopReason.CPU),
    ],
)
def test_a_case_that_breaks_a_time_limit_costs_only_itself(
    launcher: Launcher, statement: str, limits: Limits, reason: StopReason
) -> None:
    body = f"if seed:\n    {statement}\nreturn np.ones(1)"
    broken, after = judged(launcher, step(body), call("a"), call("b", 0.0), limits=limits).cases
    assert numbers(after) == [1.0]
    assert_broken(broken, reason, limits)


@EACH
def test_a_case_that_breaks_another_limit_costs_only_itself(launcher: Launcher) -> None:
    body = """
    if seed == 1:
        kept = bytearray(b'x') * (600 << 20)
        time.sleep(30)
    while seed == 2:
        print('x' * 1000)
    while seed == 3:
        os.write(2, bytes(1000))
    return np.zeros(5000 if seed == 4 else 1, np.float32)
    """
    limits = Limits(memory_mib=560, output_kib=19)
    cases = [call(f"case {number}", float(number)) for number in (1, 2, 3, 4, 0)]
    *broken, after = judged(launcher, step(body), *cases, limits=limits).cases
    assert numbers(after) == [0.0]
    reasons = (StopReason.MEMORY, StopReason.OUTPUT, StopReason.OUTPUT, StopReason.RETURNED)
    for case, reason in zip(broken, reasons, strict=True):
        assert_broken(case, reason, limits)


def assert_broken(broken: CaseEvidence, reason: StopReason, limits: Limits) -> None:
    assert broken.stop is not None
    assert broken.stop.reason == reason
    assert broken.stop.limit in {limits.wall_s, limits.cpu_s, limits.memory_mib, limits.output_kib}
    assert broken.stop.measured is not None
    assert broken.stop.measured >= broken.stop.limit
    assert broken.seconds < 20


def test_what_is_printed_is_captured_however_it_is_printed(launcher: Launcher) -> None:
    body = """
    print("print", seed)
    os.write(1, b"os.write \\xff\\n")
    sys.stderr.write("without an end")
    """
    capture = judged(launcher, step(body)).capture
    assert sorted(capture.stdout.splitlines()) == ["os.write \ufffd", "print 1.0"]
    assert capture.stderr == "without an end"
    assert (capture.stdout_truncated, capture.stderr_truncated) == (False, False)


def test_what_is_printed_is_kept_to_its_first_64_kib(launcher: Launcher) -> None:
    limits = Limits(output_kib=100)
    capture = judged(launcher, step("print('a' * 70000)"), limits=limits).capture
    assert (capture.stdout, capture.stdout_truncated) == ("a" * (64 << 10), True)
    full = judged(launcher, step("sys.stdout.write('a' * (64 << 10))"), limits=limits).capture
    assert (len(full.stdout), full.stdout_truncated) == (64 << 10, False)


def test_what_is_printed_at_import_and_by_public_cases_is_kept_and_by_hidden_ones_is_not(
    launcher: Launcher,
) -> None:
    printing = program("print('import')\ndef step(seed, x):\n    print('case', seed)")
    capture = judged(launcher, printing, call("a", 1.0), call("h", 2.0, hidden=True)).capture
    assert capture.stdout == "import\ncase 1.0\n"


@pytest.mark.parametrize(
    ("source", "kind", "message", "line"),
    [
        ("def step(seed, x:\n", "syntax", "this is not Python: '(' was never closed", 3),
        (
            "def other(): pass",
            "no-entry-point",
            "there is no function `step` in this file: it defines `other`",
            None,
        ),
        (
            "def step(seed): pass",
            "signature",
            "`step(seed)` can't be called as `step(seed, x)`: it lacks `x`",
            3,
        ),
    ],
)
def test_what_cannot_be_run_is_a_fault_without_cases(
    launcher: Launcher, source: str, kind: str, message: str, line: int | None
) -> None:
    evidence = judged(launcher, program(source), call(), call("h", hidden=True))
    fault = evidence.load_fault
    assert fault is not None
    assert (fault.kind, fault.message, fault.line, fault.stop) == (kind, message, line, None)
    assert evidence.cases == ()


@EACH
def test_an_exception_at_import_is_a_fault_with_its_lines(launcher: Launcher) -> None:
    fault = judged(launcher, program("def f():\n    sys.exit(3)\nf()")).load_fault
    assert fault is not None
    assert fault.exception == ExceptionFact(type="SystemExit", message="3", lines=(5, 4))


@pytest.mark.parametrize(
    ("source", "limits", "reason"),
    [
        ("os._exit(0)", LIMITS, StopReason.EXIT),
        ("os.abort()", LIMITS, StopReason.SIGNAL),
        ("time.sleep(60)", Limits(wall_s=0.7), StopReason.WALL),
        ("while True: print('x')", Limits(output_kib=1), StopReason.OUTPUT),
    ],
)
def test_a_stop_at_import_is_a_fault_too(
    launcher: Launcher, source: str, limits: Limits, reason: StopReason
) -> None:
    evidence = judged(launcher, program(source), call(), limits=limits)
    assert evidence.load_fault is not None
    assert evidence.load_fault.stop is not None
    assert (evidence.load_fault.stop.reason, evidence.cases) == (reason, ())


# What a worker sends for a value, but for the nonce.
ANSWER_42 = """\
(lambda head, data: b"JWR1" + len(head).to_bytes(4, "big") + len(data).to_bytes(4, "big") + head + data)(
    b'{"op": "value", "value": {"array": 0}, "arrays": [{"dtype": "float32", "shape": [1]}]}',
    np.float32([42]).tobytes(),
)"""

# Writes to every descriptor that might be the channel.
EVERYWHERE = """
for descriptor in range(3, 64):
    try:
        os.write(descriptor, what)
    except OSError:
        pass
return np.ones(1)
"""


@EACH
def test_what_is_written_to_the_channel_is_never_a_result(launcher: Launcher) -> None:
    forged = ("b'noise'", "b'JWR1' + bytes(8)", "b'JWR1' + bytes([255] * 8)", ANSWER_42)
    body = f"if not seed:\n    return np.ones(1)\nwhat = [{', '.join(forged)}][int(seed) - 1]\n" + EVERYWHERE
    cases = [call(f"case {number}", float(number)) for number in range(1, len(forged) + 1)]
    *broken, after = judged(launcher, step(body), *cases, call("after", 0.0)).cases
    assert stops(broken) == ["protocol"] * len(forged)
    assert numbers(after) == [1.0]


# Finds the question in the frames of the worker, and answers it before the worker does.
FORGED = """
frame = sys._getframe()
while "question" not in frame.f_locals:
    frame = frame.f_back
header = b'{"op": "value", "value": {"other": {"kind": "none", "type_name": "", "text": ""}}, "nonce": "%s"}'
header = header % frame.f_locals["question"].header["nonce"].encode()
what = b"JWR1" + len(header).to_bytes(4, "big") + bytes(4) + header
"""


def test_a_result_that_is_given_twice_is_noticed(launcher: Launcher) -> None:
    body = FORGED + EVERYWHERE
    cases = judged(launcher, step(body), call("a"), call("b"), call("c")).cases
    assert "protocol" in stops(cases)


FORKS = """
__import__("warnings").simplefilter("ignore")  # JAX warns of forks
pids = []
for own_session in (True, False):
    pids.append(os.fork())
    if pids[-1] == 0:
        os.setsid() if own_session else None
        time.sleep(300)
return np.array(pids)
"""


def test_descendants_do_not_outlive_the_worker(launcher: Launcher) -> None:
    began = time.monotonic()
    found = one(launcher, FORKS)
    assert time.monotonic() - began < 30, "a child that holds the outputs open holds nothing up"
    if found.exception is not None:
        assert (found.exception.type, launcher.tier != "none") == ("PermissionError", True)
    elif launcher.tier != "namespaces":  # whose numbers of processes mean nothing outside
        assert [vanishes(int(pid)) for pid in numbers(found)] == [True, True]


def test_each_process_has_a_folder_of_its_own_that_is_gone_afterwards(launcher: Launcher) -> None:
    body = f"open('left behind', 'w').close()\nreturn {SENT.format('os.getcwd()')}"
    first, second = (texts(one(launcher, body)) for _ in range(2))
    assert first != second
    assert not Path(first).exists()
    assert not Path(second).exists()


def test_home_and_temporary_files_are_in_that_folder(launcher: Launcher) -> None:
    body = "import tempfile\nhere = [os.getcwd(), os.environ['HOME'], tempfile.gettempdir()]\n"
    body += f"return {SENT.format('len(set(map(os.path.realpath, here)))')}"
    assert texts(one(launcher, body)) == "1"


def test_a_file_may_be_no_larger_than_allowed(launcher: Launcher) -> None:
    body = "with open('big', 'wb') as file:\n    file.write(bytes(int(seed)))\nreturn np.ones(1)"
    limits = Limits(file_mib=1)
    small, large = judged(
        launcher, step(body), call("a", 1 << 20), call("b", (1 << 20) + 1), limits=limits
    ).cases
    assert numbers(small) == [1.0]
    assert large.exception is not None
    assert large.exception.type == "OSError"


def test_the_environment_is_an_allow_list(launcher: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    names = texts(one(launcher, f"return {SENT.format('sorted(os.environ)')}"))
    assert "SECRET_TOKEN" not in names
    allowed = {*NUMERIC_SETTINGS, "PATH", "PYTHONHASHSEED", "HOME", "TMPDIR"}
    allowed |= {"LC_CTYPE", "LANG", "LC_ALL", "TZ"}
    allowed |= {"PWD"} if launcher.tier == "namespaces" else set()  # bubblewrap says where it is: HOME
    found = {name.strip("' ") for name in names.strip("[]").split(",")}
    assert {name for name in found if not name.startswith("TPU_")} <= allowed  # jaxlib sets some for itself


def test_the_numeric_settings_are_those_that_are_reported(launcher: Launcher) -> None:
    body = f"return {SENT.format('[os.environ.get(n) for n in ' + repr(sorted(NUMERIC_SETTINGS)) + ']')}"
    assert texts(one(launcher, body)) == str([NUMERIC_SETTINGS[name] for name in sorted(NUMERIC_SETTINGS)])


def test_no_descriptor_is_open_but_the_channel_and_the_outputs(launcher: Launcher) -> None:
    counting = program(
        """
        def is_open(descriptor):
            try:
                return bool(os.fstat(descriptor))
            except OSError:
                return False
        found = sum(map(is_open, range(1024)))
        def step(seed, x):
            return np.array([found])
        """
    )
    [found] = judged(launcher, counting).cases
    assert numbers(found) == [4.0]  # stdin, stdout, stderr, the channel


def test_a_file_beside_the_submission_shadows_nothing(launcher: Launcher) -> None:
    body = """
    open("colorsys.py", "w").write("raise ImportError('shadowed')")
    import colorsys
    return np.array([len([entry for entry in sys.path if entry in ("", os.getcwd())])])
    """
    assert numbers(one(launcher, body)) == [0.0]


def test_cases_of_several_submissions_can_be_judged_at_once(launcher: Launcher) -> None:
    doubled = step("return np.array([2 * seed])")
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda n: judged(launcher, doubled, call("a", n)).cases[0], range(8))
    assert [numbers(case) for case in found] == [[2.0 * n] for n in range(8)]


def test_no_descriptor_of_the_judge_is_lost(launcher: Launcher) -> None:
    def open_here() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    one(launcher, "return np.ones(1)")
    before = open_here()
    for body in ("return np.ones(1)", "os._exit(1)", "raise ValueError"):
        one(launcher, body)
    judged(launcher, program("def step("))
    assert open_here() == before


def test_ending_a_process_twice_is_once_enough(launcher: Launcher) -> None:
    process = launcher.launch()
    assert process.end() == process.end() == -signal.SIGKILL
    assert vanishes(process.pid)


def test_trusted_code_has_a_table_of_functions_and_files_beside_it(
    launcher: Launcher, tmp_path: Path
) -> None:
    (tmp_path / "beside.py").write_text("def late(seed, x):\n    return x + 1\n")
    source = "from beside import late\nimport numpy as np\nTABLE = {'late': late, 'early': lambda s, x: x}\n"
    trusted = program("", source=source, entry_point="TABLE", folder=tmp_path, cache_write=True)
    sandbox = Sandbox(launcher)
    assert sandbox.table(trusted, LIMITS) == ("early", "late")
    calls = [call("a", entry="late"), call("b", entry="early"), call("c", entry="never")]
    late, early, never = sandbox.judge(trusted, calls, LIMITS).cases
    assert (numbers(late), numbers(early)) == ([2.0, 3.0], [1.0, 2.0])
    assert never.value is None


def test_a_table_that_cannot_be_loaded_is_told(launcher: Launcher) -> None:
    with pytest.raises(SandboxFault, match="there is no function `TABLE`"):
        Sandbox(launcher).table(program("", entry_point="TABLE"), LIMITS)


def test_trusted_code_can_be_given_shapes_alone(launcher: Launcher) -> None:
    body = f"return {SENT.format('(type(x).__name__, x.shape)')}"
    [found] = judged(launcher, step(body), call(abstract=True)).cases
    assert texts(found) == "('ShapeDtypeStruct', (2,))"


SPEC = {
    "compute_dtype": "bfloat16",
    "parameters": [
        {"name": "seed", "kind": "float", "role": "seed", "spec": None},
        {"name": "x", "kind": "array", "role": "inputs", "spec": {"dtype": "float32", "shape": ["N"]}},
    ],
}


def test_the_program_is_traced_where_that_is_asked_for(launcher: Launcher) -> None:
    assert judged(launcher, step("return x")).trace == TraceFact(reason="not asked for")
    traced = judged(launcher, step("print('while tracing')\nreturn x * 2"), trace_spec=SPEC)
    assert traced.trace.reason is None
    assert traced.trace.program is not None
    assert traced.trace.program["version"] == 1
    assert traced.capture.stdout == "while tracing\n", "printed once, by the case"


def test_a_program_that_leaves_while_it_is_traced_is_watched_in_a_process_of_its_own(
    launcher: Launcher,
) -> None:
    body = """
    import jax.numpy as jnp
    print('x')
    if type(x).__name__ != 'ArrayImpl':
        os._exit(3)
    return jnp.sin(x)
    """
    evidence = judged(launcher, step(body), trace_spec=SPEC)
    assert evidence.trace.reason is None
    assert evidence.trace.program is not None
    assert evidence.trace.program["mode"] == "watched"
    assert [one["op"] for one in evidence.trace.program["steps"]] == ["sin"]
    assert evidence.capture.stdout == "x\n", "printed once, by the case"


def test_it_is_watched_on_a_case_that_ran(launcher: Launcher) -> None:
    body = "if seed < 2 or type(x).__name__ != 'ArrayImpl':\n    raise ValueError\nreturn x"
    evidence = judged(launcher, step(body), call("a", 1.0), call("b", 2.0), trace_spec=SPEC)
    assert evidence.trace.program is not None
    evidence = judged(launcher, step(body), call("a", 1.0), trace_spec=SPEC)
    assert evidence.trace.reason == "the program could not be traced (ValueError)"


def test_a_program_that_cannot_be_watched_either_still_has_its_results(launcher: Launcher) -> None:
    body = "from jax._src import core\nif not core.trace_state_clean():\n    os._exit(3)\nreturn np.ones(1)"
    evidence = judged(launcher, step(body), trace_spec=SPEC)
    assert numbers(evidence.cases[0]) == [1.0]
    assert evidence.trace.program is None
    assert evidence.trace.reason is not None
    assert evidence.trace.reason.count("status 3") == 2


@pytest.mark.more
def test_many_threads_at_work_for_long_have_printed_nothing(launcher: Launcher) -> None:
    body = """
    import threading
    def deep(calls):
        return time.sleep(1.5) if calls == 0 else deep(calls - 1)
    threads = [threading.Thread(target=deep, args=(60,)) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return np.ones(1)
    """
    found = one(launcher, body, limits=Limits(wall_s=3.0, cpu_s=3.0, memory_mib=4096, output_kib=64))
    assert (found.stop, numbers(found)) == (None, [1.0])


def test_what_is_told_of_a_trace_on_a_hidden_case_is_not_its_data(launcher: Launcher) -> None:
    telling = step("raise ValueError(f'seed {seed}, x {float(x[0])} {float(x[1])}')")
    shown = judged(launcher, telling, call(seed=5.0), trace_spec=SPEC)
    assert "x 1.0 2.0" in (shown.trace.reason or "")
    veiled = judged(launcher, telling, call(seed=5.0, hidden=True), trace_spec=SPEC)
    assert "x 0.125730" in (veiled.trace.reason or "")
    assert "seed 5.0" not in (veiled.trace.reason or "")


# Leaves behind, where nothing holds it, what keeps it from being imported again.
FAILS_LATER = """
if os.path.exists({path!r}):
    raise ValueError("secret")
def step(seed, x):
    open({path!r}, "w").close()
    return np.ones(1)
"""


@pytest.mark.more
def test_a_file_that_only_the_hidden_process_cannot_import_is_no_fault_of_the_file(tmp_path: Path) -> None:
    what = program(FAILS_LATER.format(path=str(tmp_path / "left")))
    with closing(default_launcher("none")) as launcher:
        evidence = judged(launcher, what, call("a"), call("h", hidden=True), call("i", hidden=True))
    assert evidence.load_fault is None
    first, *hidden = evidence.cases
    assert numbers(first) == [1.0]
    assert [case.name for case in hidden] == ["h", "i"]
    assert all(case.exception is not None for case in hidden)


def test_a_fault_of_the_file_is_told_where_all_cases_are_hidden(launcher: Launcher) -> None:
    evidence = judged(launcher, program("def step("), call(hidden=True))
    assert evidence.load_fault is not None
    assert (evidence.load_fault.kind, evidence.cases) == ("syntax", ())


@pytest.mark.more
def test_a_closed_zygote_starts_no_more_workers_and_leaves_none() -> None:
    launcher = default_launcher("none")
    launcher.start()
    process = launcher.launch()
    launcher.close()
    assert vanishes(process.pid)
    process.end()
    with pytest.raises(SandboxFault, match="being ended"):
        launcher.launch()
    launcher.close()


def test_a_trace_of_another_form_is_no_trace() -> None:
    def made(traced: object) -> TraceFact:
        return trace_fact(Answer(Record({"op": "trace", "trace": traced}), None, 0.0, Usage()))

    assert made({"available": True, "program": {"steps": []}}) == TraceFact(program={"steps": []})
    assert made({"available": True, "program": 3}).reason == "the program could not be traced"
    assert made({"available": False, "reason": "why"}).reason == "why"
    assert made([]).reason == "the trace is damaged"
    stop = Stop(reason=StopReason.WALL, detail="10.0 s, 10 allowed")
    assert trace_fact(Answer(None, stop, 0.0, Usage())).reason == "tracing was stopped: 10.0 s, 10 allowed"


@EACH
def test_the_line_is_told_on_which_a_case_spent_its_time_and_cases_after_two_are_not_run(
    launcher: Launcher,
) -> None:
    what = program("""
        def wait():
            time.sleep(60)

        def step(seed, x):
            print("before", file=sys.stderr)
            if seed:
                wait()
            return np.ones(1)
    """)
    cases = [call("a", 0.0), call("b"), call("c", 0.0), call("d"), call("e", 0.0), call("f", hidden=True)]
    evidence = judged(launcher, what, *cases, limits=Limits(wall_s=1.0, total_s=30.0), trace_spec={})
    a, b, c, d, e, f = evidence.cases
    assert (numbers(a), numbers(c)) == ([1.0], [1.0])
    for stopped in (b, d):
        assert stopped.stop is not None
        assert (stopped.stop.reason, stopped.stop.line) == (StopReason.WALL, 4)
    for unrun in (e, f):
        assert unrun.stop is not None
        assert (unrun.stop.reason, unrun.stop.unrun, unrun.seconds) == (StopReason.WALL, True, 0.0)
    assert evidence.trace.reason == "tracing was not run: 2 cases before it broke the time limit"
    assert evidence.capture.stderr == "before\n" * 4, "without the stacks"


@pytest.mark.more
def test_the_line_is_told_where_c_code_holds_the_interpreter_or_the_file_is_imported(
    launcher: Launcher,
) -> None:
    limits = Limits(wall_s=1.0)
    [stuck] = judged(
        launcher, step("number = 7\nreturn len(str(number ** 100_000_000))"), limits=limits
    ).cases
    assert stuck.stop is not None
    assert stuck.stop.line == 5
    fault = judged(
        launcher, program("while True:\n    pass\ndef step(seed, x): pass"), limits=limits
    ).load_fault
    assert fault is not None
    assert fault.stop is not None
    assert fault.stop.line in {3, 4}


def test_seconds_are_those_of_the_public_cases(launcher: Launcher) -> None:
    cases = [call("a", 0.0), call("b", 1.5, hidden=True)]
    began = time.monotonic()
    evidence = judged(launcher, step("time.sleep(seed)\nreturn np.ones(1)"), *cases)
    assert 0 < evidence.seconds < time.monotonic() - began - 1.5, "all but what the hidden case slept"

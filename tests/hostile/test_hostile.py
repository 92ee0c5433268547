"""Every hostile program: what it is judged as, and what it did to the world around it.

Each third of the quick ones runs in every test run, on the best tier of this machine and a few of them at a
time: where something is wrong after that, each of them alone. All others are `more`, as root or as an
ordinary user, and in `soak` as both and all at once. What this machine can't try is skipped with the reason.
"""

import ast
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from judge.hostile import effects
from judge.hostile.attack import judged_alone, judged_together
from judge.hostile.header import GROUPS, PROGRAMS, TIERS, HeaderError, Program, programs, read
from judge.hostile.world import JudgeDied, World
from judge.pages.class_parts.script import SCRIPT
from judge.sandbox.starting.tiers import tiers

NOBODY = 65534
BECOME = (sys.executable, str(Path(__file__).parent / "become.py"), str(NOBODY))
Worlds = Callable[[str, str], World]
ALL = programs()
BEST = tiers()[0]
USERS = ("root", "ordinary")
OWN_USER = "root" if os.geteuid() == 0 else "ordinary"
COMBINATIONS = [(tier, user) for tier in TIERS for user in USERS]
SLOWEST = ("namespaces", "root")  # a Python for each worker, walled as an ordinary user's: half will do
AT_ONCE = ("landlock", "ordinary")  # the combination of most who judge, and the one that `make test` hasn't
EVERY = 3  # in a batch, a correct submission after so many hostile ones
BATCH_SECONDS = 1500
NOT_HELD = f"{BEST} doesn't promise to hold it"
BATCH = 10  # quick programs that are judged at a time
PLACEHOLDER = re.compile(r"@([A-Z_]+)@")


@cache
def cannot_try(tier: str, user: str) -> str | None:
    """Why this combination can't be tried here, None when it can."""
    if tier not in tiers():
        return f"this machine has no {tier}"
    if user == OWN_USER:
        return None
    if OWN_USER != "root":
        return "only root can become another user"
    command = [*BECOME, sys.executable, "-c", "import judge.sandbox"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return None if done.returncode == 0 else f"can't become another user: {done.stderr.strip()[-200:]}"


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    """One world for each combination, built when it is asked for; a judge that was lost is started again."""
    built: dict[tuple[str, str], World] = {}

    def world(tier: str, user: str) -> World:
        why = cannot_try(tier, user)
        if why is not None:
            pytest.skip(why)
        if (tier, user) not in built:
            built[tier, user] = World(tier) if user == OWN_USER else World(tier, NOBODY, BECOME)
            built[tier, user].build()
        elif built[tier, user].judge.poll() is not None:
            built[tier, user].start_judge()
        return built[tier, user]

    yield world
    for one in built.values():
        one.close()


def held(program: Program) -> bool:
    """Whether the best tier here promises to hold it."""
    return BEST in program.tiers


USING_UP = {"time", "memory"}


def in_every_run() -> list[Program]:
    """Each sixth of those that are quick, without those that use up what they have, which takes long."""
    quick = [one for one in ALL if one.quick and held(one) and one.name.partition("/")[0] not in USING_UP]
    return quick[::6]


def batches() -> list[tuple[Program, ...]]:
    """The quick part, a few at a time; what wants a judge of its own is alone."""
    quick = in_every_run()
    alone = [one for one in quick if one.times > 1 or one.require_flow]
    shared = [one for one in quick if one not in alone]
    count = -(-len(shared) // BATCH)
    return [*(tuple(shared[start::count]) for start in range(count)), *((one,) for one in alone)]


def in_batches() -> list[object]:
    """(program, its batch); a batch is one test process's."""
    left_out = [one for one in ALL if one.quick and not held(one)]
    return [
        pytest.param(
            program, batch, id=program.name, marks=pytest.mark.xdist_group(f"hostile-{batch[0].name}")
        )
        for batch in batches()
        for program in batch
    ] + [pytest.param(one, (), id=one.name, marks=pytest.mark.skip(NOT_HELD)) for one in left_out]


Wrong = dict[str, list[str]]  # program → what it did


@pytest.fixture(scope="module")
def tried(worlds: Worlds) -> Callable[[tuple[Program, ...]], Wrong]:
    """What each program of a batch did: they are judged once, and one by one where something is wrong."""

    @cache
    def wrong(batch: tuple[Program, ...]) -> Wrong:
        if len(batch) > 1:
            try:
                found = judged_together(worlds(BEST, OWN_USER), batch)
            except JudgeDied as error:
                found = [str(error)]
            if not found:
                return {}
        alone = {one.name: judged_alone(worlds(BEST, OWN_USER), one) for one in batch}
        if len(batch) > 1 and not any(alone.values()):
            return {one.name: ["only together with others of its batch:", *found] for one in batch}
        return alone

    return wrong


@pytest.mark.parametrize(("program", "batch"), in_batches())
def test_a_program_gets_its_verdict_and_does_no_harm(
    program: Program, batch: tuple[Program, ...], tried: Callable[[tuple[Program, ...]], Wrong]
) -> None:
    assert tried(batch).get(program.name, []) == []


def one_by_one() -> list[object]:
    """(tier, user, program): what isn't in every run, on the best tier.

    Each as one user here, where root can be both, and as both in `make soak`.
    """
    quick = in_every_run()
    return [
        pytest.param(
            tier,
            user,
            program,
            id=f"{tier}-{user}-{program.name}",
            marks=(
                *(() if held(program) else [pytest.mark.skip(NOT_HELD)]),
                *(
                    [pytest.mark.soak]
                    if OWN_USER == "root" and (user == "root") != (number % 2 == 0) and program not in quick
                    else []
                ),
            ),
        )
        for tier, user in COMBINATIONS
        for number, program in enumerate(ALL)
        if tier == BEST and not (user == OWN_USER and program in quick)
    ]


@pytest.mark.more
@pytest.mark.parametrize(("tier", "user", "program"), one_by_one())
def test_every_program_gets_its_verdict_and_does_no_harm(
    tier: str, user: str, program: Program, worlds: Worlds
) -> None:
    assert judged_alone(worlds(tier, user), program) == []


@pytest.mark.more
@pytest.mark.parametrize(
    ("tier", "user"),
    [pytest.param(*one, marks=[] if one == AT_ONCE else pytest.mark.soak) for one in COMBINATIONS],
)
def test_all_programs_at_once_do_no_harm_and_leave_correct_submissions_alone(
    tier: str, user: str, worlds: Worlds
) -> None:
    world = worlds(tier, user)
    before = effects.remember(world)
    right = (world.root / world.neighbour()).read_text()
    expected: dict[str, frozenset[str]] = {}
    held = [one for one in ALL if tier in one.tiers and not one.require_flow]
    chosen = [one for one in held if one.quick or (tier, user) != SLOWEST]
    for number, program in enumerate(chosen):
        file = world.hand_in(program, f"{program.name.replace('/', '-')}.py")
        expected[file] = program.verdicts | {"time_limit"}  # together they leave each other little time
        if number % EVERY == 0:
            neighbour = f"submissions/toy/diligent-{number}.py"
            world.write(f"root/{neighbour}", right)
            expected[neighbour] = frozenset({"accepted"})
    try:
        answer = world.ask(expected, jobs=2, seconds=BATCH_SECONDS)
    finally:
        for file in expected:
            world.take_back(file)
    verdicts = {file: result["verdict"] for file, result in answer.results().items()}
    wrong = {file: verdict for file, verdict in verdicts.items() if verdict not in expected[file]}
    harm = [told for told in effects.harm(world, before, answer) if not told.startswith("time: ")]
    assert (wrong, harm) == ({}, [])
    assert answer.document["complete"]


# Programs that no other tier than these two holds: here the checks must find what they did.
SEEN = {
    "files/reads_secrets_at_home": {"canaries", "breach"},
    "network/connects_by_tcp": {"listeners", "breach"},
    "memory/fills_shared_memory": {"files"},
    "files/poisons_the_compile_cache": {"cache", "breach"},
}


@pytest.mark.more
@pytest.mark.xdist_group("none")
@pytest.mark.parametrize("name", SEEN)
def test_where_nothing_holds_a_program_the_checks_see_its_harm(name: str, worlds: Worlds) -> None:
    (program,) = (one for one in ALL if one.name == name)
    world = worlds("none", OWN_USER)
    before = {path: path.read_bytes() for path in world.cache.rglob("*") if path.is_file()}
    found = {sentence.partition(":")[0] for sentence in judged_alone(world, program)}
    for path in [path for path in world.cache.rglob("*") if path.is_file() and path not in before]:
        path.unlink()
    for path, content in before.items():
        path.write_bytes(content)
    assert found >= SEEN[name]


@pytest.mark.more
@pytest.mark.xdist_group("none")
def test_a_survivor_is_seen(worlds: Worlds) -> None:
    world = worlds("none", OWN_USER)
    assert effects.survivors(world) == []
    left = subprocess.Popen(["sleep", "30"], env={"TZ": world.mark})
    try:
        assert [line.rpartition(": ")[2] for line in effects.survivors(world)] == ["sleep 30"]
    finally:
        left.kill()
        left.wait()


@pytest.mark.more
@pytest.mark.xdist_group("none")
def test_a_judge_that_is_lost_is_told_and_started_again(worlds: Worlds) -> None:
    world = worlds("none", OWN_USER)
    world.judge.kill()
    with pytest.raises(JudgeDied, match="no answer"):
        world.ask([world.neighbour()])
    world = worlds("none", OWN_USER)
    (result,) = world.ask([world.neighbour()]).document["results"]
    assert result["verdict"] == "accepted"
    assert effects.wait_until_quiet(lambda: effects.survivors(world)) == []


@pytest.mark.more
def test_the_worst_text_breaks_no_report_of_the_command_line(worlds: Worlds, tmp_path: Path) -> None:
    world = worlds(BEST, OWN_USER)
    chosen = [one for one in ALL if one.name.startswith("output/") and one.quick and "memory" in one.effects]
    named = {
        "output/no_text_at_all",
        "output/surrogates_in_messages",
        "output/speaks_every_report_s_language",
    }
    files = [world.hand_in(program) for program in chosen if program.name in named]
    formats = {
        name: tmp_path / name
        for name in ("json", "junit", "sarif", "github", "markdown", "classroom50", "csv", "html", "jsonl")
    }
    command = [sys.executable, "-m", "judge", "run", *files, "--root", str(world.root), "--jobs", "2"]
    command += [word for name, path in formats.items() for word in ("--report", f"{name}={path}")]
    done = subprocess.run(
        command, env=world.environment(), cwd=world.root, capture_output=True, check=False, timeout=120
    )
    for file in files:
        world.take_back(file)
    assert (len(files), done.returncode) == (3, 1), done.stderr.decode()
    texts = {"stdout": done.stdout.decode(), "stderr": done.stderr.decode()}
    texts |= {name: path.read_text(encoding="utf-8") for name, path in formats.items()}
    assert {
        name for name, text in texts.items() if set(text) & set("\x00\x07\x08\x1b\x7f\x9b\u202e")
    } == set()
    document = json.loads(texts["json"])
    assert [result["verdict"] for result in document["results"]] == [
        "accepted",
        "runtime_error",
        "runtime_error",
    ]
    assert [json.loads(line) for line in texts["jsonl"].splitlines()]
    assert ET.fromstring(texts["junit"]).attrib["failures"] is not None
    assert {line.partition(" ")[0] for line in texts["github"].splitlines()} <= {
        "::error",
        "::warning",
        "::notice",
    }
    assert "<script" not in texts["html"].replace(f"<script>{SCRIPT}</script>", "")


def test_there_are_enough_programs_of_every_group() -> None:
    counts = {group: sum(one.name.startswith(f"{group}/") for one in ALL) for group in GROUPS}
    assert sum(counts.values()) >= 120
    assert {group: count for group, count in counts.items() if count < 9} == {}
    assert {path.parent.name for path in PROGRAMS.rglob("*.py")} == set(GROUPS)


def test_every_header_names_known_effects_and_placeholders() -> None:
    places = {
        "ROOT", "HOME", "CACHE", "TMP", "MARK", "KEY", "PORT", "UDP_PORT", "UNIX_SOCKET", "JUDGE_PID",
        "BYSTANDER_PID", "BYSTANDER_ADDRESS", "AS_WORKER",
    }  # fmt: skip
    for program in ALL:
        text = program.path.read_text(encoding="utf-8")
        assert program.effects <= set(effects.CHECKS), program.name
        assert set(PLACEHOLDER.findall(text)) <= places, program.name
        assert ast.get_docstring(ast.parse(text)), program.name
        assert {"landlock", "namespaces"} <= program.tiers, program.name


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "lacks contained in, looks for, run, verdicts"),
        (
            "# verdicts: fine\n# contained in: none\n# looks for: files\n# run: quick\n",
            "no such verdict: fine",
        ),
        (
            "# verdicts: accepted\n# contained in: jail\n# looks for: files\n# run: quick\n",
            "no such tier: jail",
        ),
        (
            "# verdicts: accepted\n# contained in: none\n# looks for: files\n# run: soon\n",
            "run is quick or more",
        ),
        (
            "# verdicts: accepted\n# contained in: none\n# looks for: x\n# run: more\n# twice: yes\n",
            "unknown keys: twice",
        ),
        (
            "# verdicts: accepted\n# contained in: none\n# looks for: x\n# run: more\n# reading: aloud\n",
            "reading is offered or required",
        ),
    ],
)
def test_a_header_that_says_too_little_or_nonsense_is_refused(header: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f'{header}"""A program."""\n')
    with pytest.raises(HeaderError, match=why):
        read(path)

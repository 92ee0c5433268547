"""Long runs: does the judge stay the same size, leave nothing, and survive the death of any of its processes?

    python bench/soak.py                                        300 submissions, 200 kills, a class of 2,000
    python bench/soak.py --count 60 --kills 20 --class-size 120 a shorter one
    python bench/soak.py --isolation none                       on another tier

First: hostile and correct submissions mixed, in one `judge run`; every verdict must be an allowed one, the
judge's own memory flat, and nothing left behind. Then: runs of correct submissions while one process at a
time (a worker, its supervisor, the zygote, the judge) is killed at random moments; no finished result may be
lost, nothing may hang or survive. At last: a class of 2,000, which must all come out as they should in the
memory that a hundred take. Exits with 1 where any of that doesn't hold. Needs Linux.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import psutil
from soak_class import SMALL, large_class
from soak_run import SECONDS_EACH, Run, finish, running

from judge.hostile import effects, header
from judge.hostile.world import Answer, World
from judge.sandbox.starting.tiers import tiers

GROWTH_MIB = 32  # that the judge's memory may rise by between the first quarter of a run and its end
END_SECONDS = 20.0  # that everything below a killed judge may take to go
LIVELY = """\
import time

import numpy as np


def step(seed, x):
    time.sleep({seconds})
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)
"""
KINDS = ("worker", "supervisor", "zygote", "judge")


def mixed(world: World, count: int, jobs: int, chance: random.Random) -> list[str]:
    """Hostile and correct submissions in one run; what is wrong with it."""
    expected = hand_in_mixed(world, count, chance)
    before = effects.remember(world)
    began = time.monotonic()
    with running(world, list(expected), jobs) as run:
        hangs = finish(run, SECONDS_EACH * count)
        said = run.said()
    wrong = [hangs] if hangs else []
    found = run.verdicts()
    missing = len(expected) - len(found)
    wrong += [f"{missing} results are missing, exit {run.process.returncode}: {said}"] if missing else []
    wrong += [
        f"{file}: {verdict}, not {' or '.join(sorted(expected[file]))}"
        for file, verdict in found.items()
        if verdict not in expected[file]
    ]
    wrong += [f"a line that isn't JSON: {line[:80]}" for line in run.broken]
    wrong += harm(world, before) + memory(run.sizes)
    for file in expected:
        world.take_back(file)
    print(f"  {len(found)} judged in {time.monotonic() - began:.0f} s: {counted(found.values())}")
    return wrong


def hand_in_mixed(world: World, count: int, chance: random.Random) -> dict[str, frozenset[str]]:
    """As many hostile programs as correct ones, in random order: file → allowed verdicts."""
    programs = [program for program in header.programs() if world.tier in program.tiers]
    chance.shuffle(programs)
    right = (world.root / world.neighbour()).read_text(encoding="utf-8")
    expected: dict[str, frozenset[str]] = {}
    for number in range(count):
        if number % 2:
            program = programs[number // 2 % len(programs)]
            file = world.hand_in(program, f"{number:04}-{program.name.replace('/', '-')}.py")
            expected[file] = program.verdicts
        else:
            file = f"submissions/toy/{number:04}-correct.py"
            world.write(f"root/{file}", right)
            expected[file] = frozenset({"accepted"})
    return expected


def memory(sizes: Sequence[float]) -> list[str]:
    """Print how the judge's memory went; a sentence where it rose."""
    if not sizes:
        return ["the judge's memory was never seen"]
    quarters = [sizes[len(sizes) * part // 4 - 1] for part in (1, 2, 3, 4)]
    shown = " ".join(f"{size:.1f}" for size in quarters)
    print(f"  memory of the judge, MiB, after each quarter: {shown}; highest {max(sizes):.1f}")
    growth = max(sizes) - quarters[0]
    return [f"the judge grew by {growth:.1f} MiB"] if growth > GROWTH_MIB else []


def harm(world: World, before: effects.Before) -> list[str]:
    """What is left or changed, seen from outside."""
    nothing = Answer(document={"results": []}, texts={}, seconds=0.0)
    names = ("processes", "files", "bystander", "listeners")
    return [text for name in names for text in effects.CHECKS[name](world, before, nothing)]


def below(pid: int) -> dict[str, list[psutil.Process]]:
    """The judge's processes by kind: its zygote, supervisors below that, workers below those."""
    found: dict[str, list[psutil.Process]] = {kind: [] for kind in KINDS}
    with suppress(psutil.Error):
        judge = psutil.Process(pid)
        found["judge"] = [judge]
        found["zygote"] = judge.children()
        found["supervisor"] = [child for zygote in found["zygote"] for child in zygote.children()]
        found["worker"] = [
            child for parent in found["supervisor"] for child in parent.children(recursive=True)
        ]
    return found


def kill_one(pid: int, kind: str, chance: random.Random) -> bool:
    """Kill a process of this kind, if there is one just now."""
    candidates = below(pid)[kind]
    if not candidates:
        return False
    try:
        chance.choice(candidates).kill()
    except psutil.Error:
        return False
    return True


def killing(world: World, kills: int, jobs: int, chance: random.Random) -> list[str]:
    """Kill processes at random moments until that was done so many times; what is wrong."""
    done: Counter[str] = Counter()
    wrong: list[str] = []
    total: Counter[str] = Counter()
    files = hand_in_lively(world, 24, chance)
    before = effects.remember(world)
    began = time.monotonic()
    while sum(done.values()) < kills and len(wrong) < 10:
        ends = chance.random() < 0.3
        budget = kills - sum(done.values())
        wrong += one_killing(world, files, jobs, chance, budget=budget, ends=ends, done=done, total=total)
        wrong += harm(world, before)
    for file in files:
        world.take_back(file)
    print(f"  {sum(done.values())} kills in {time.monotonic() - began:.0f} s: {counted_kinds(done)}")
    print(f"  results meanwhile: {counted(total.elements())}")
    return wrong


def hand_in_lively(world: World, count: int, chance: random.Random) -> list[str]:
    """Correct submissions that take some time, so that there is somebody to kill."""
    files = [f"submissions/toy/lively-{number:02}.py" for number in range(count)]
    for file in files:
        world.write(f"root/{file}", LIVELY.format(seconds=round(chance.uniform(0.0, 0.6), 2)))
    return files


def one_killing(
    world: World,
    files: Sequence[str],
    jobs: int,
    chance: random.Random,
    *,
    budget: int,
    ends: bool,
    done: Counter[str],
    total: Counter[str],
) -> list[str]:
    """One run with kills in it, of the judge itself at last where `ends`."""
    with running(world, files, jobs) as run:
        time.sleep(chance.uniform(0.0, 4.0))
        most = min(budget, 2 if ends else 8)
        own = 0
        while run.process.poll() is None and own < most:
            kind = chance.choice(KINDS[:3])
            if kill_one(run.process.pid, kind, chance):
                done[kind] += 1
                own += 1
                wait_for_another(run)
            time.sleep(chance.uniform(0.0, 1.0))
        if ends and run.process.poll() is None and own < budget:
            run.process.kill()
            done["judge"] += 1
        hangs = finish(run, SECONDS_EACH * len(files))
        said = run.said()
    total.update(run.verdicts().values())
    return ([hangs] if hangs else []) + lost(run, files, said, ends=ends)


def wait_for_another(run: Run) -> None:
    """Wait until the judge has got over it: until there is another result, or it ended."""
    known, stop = len(run.records), time.monotonic() + SECONDS_EACH
    while len(run.records) == known and run.process.poll() is None and time.monotonic() < stop:
        time.sleep(0.05)


def lost(run: Run, files: Sequence[str], said: str, *, ends: bool) -> list[str]:
    """What is missing or broken in the results of a run in which processes were killed."""
    wrong = [f"a broken line: {line[:80]}" for line in run.broken if not ends]
    names = [record["submission"] for record in run.records if "submission" in record]
    twice = [name for name, times in Counter(names).items() if times > 1]
    wrong += [f"told twice: {', '.join(twice)}"] if twice else []
    if run.process.returncode not in ({-9} if ends else {0, 1, 3}) and not (
        ends and len(names) == len(files)
    ):
        wrong.append(f"exit {run.process.returncode}: {said}")
    if not ends and sorted(names) != sorted(files):
        wrong.append(f"{len(files) - len(names)} results are missing: {said}")
    allowed = {"accepted", "runtime_error", "judge_error"}
    wrong += [f"{name}: {verdict}" for name, verdict in run.verdicts().items() if verdict not in allowed]
    return wrong


def counted(verdicts: Any) -> str:  # noqa: ANN401 - any iterable of texts
    """`3 accepted, 2 time_limit`."""
    return ", ".join(f"{count} {verdict}" for verdict, count in Counter(verdicts).most_common()) or "none"


def counted_kinds(done: Mapping[str, int]) -> str:
    """`3 worker, 0 supervisor, …`."""
    return ", ".join(f"{done.get(kind, 0)} {kind}" for kind in KINDS)


def main() -> int:
    """Run both parts; 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=300, help="submissions of the first part")
    parser.add_argument("--kills", type=int, default=200, help="processes to kill in the second part")
    parser.add_argument("--class-size", type=int, default=2000, help="submissions of the third part")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--isolation", default=tiers()[0], choices=tiers())
    parser.add_argument("--seed", type=int, default=0, help="of what is random")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    world = World(asked.isolation)
    try:
        world.build()
        print(
            f"isolation {asked.isolation}, {asked.jobs} jobs, {'root' if os.geteuid() == 0 else 'not root'}"
        )
        print(f"{asked.count} submissions, hostile and correct ones in turn:")
        wrong = mixed(world, asked.count, asked.jobs, chance) if asked.count else []
        print(f"{asked.kills} processes killed at random moments:")
        wrong += killing(world, asked.kills, asked.jobs, chance) if asked.kills else []
        print(f"{SMALL} submissions of the exercise, then {asked.class_size}:")
        wrong += large_class(asked.class_size, asked.jobs, asked.isolation) if asked.class_size else []
    finally:
        world.close()
    print("\n".join(f"WRONG {text}" for text in wrong) or "all as it should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

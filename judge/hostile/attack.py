"""Run hostile programs one by one, each with a correct submission after it, and say what they got done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from judge.hostile import effects
from judge.hostile.header import Program, programs
from judge.hostile.world import JudgeDied, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One program's; `wrong` is what it should not have been able to do, empty when it was contained."""

    program: Program
    wrong: tuple[str, ...]


def quick(tier: str) -> tuple[Program, ...]:
    """The programs that take seconds, of those that this tier promises to hold."""
    return tuple(program for program in programs() if program.quick and tier in program.tiers)


def attack(tier: str, chosen: Sequence[Program]) -> Iterator[Attempt]:
    """Let each of them loose in a scratch world, on a judge of its own."""
    world = World(tier)
    try:
        world.build()
        for program in chosen:
            yield Attempt(program=program, wrong=tuple(_tried(world, program)))
    finally:
        world.close()


def _tried(world: World, program: Program) -> list[str]:
    try:
        return judged_alone(world, program)
    except JudgeDied as error:
        lines = str(error).strip().splitlines()
        world.start_judge()
        return [f"the judge itself failed: {lines[-1] if lines else 'without a word'}"]


def judged_together(world: World, chosen: Sequence[Program]) -> list[str]:
    """What is wrong after these programs, judged two at a time, and a correct submission after them.

    Nothing says which of them did it: judge each alone for that.

    Raises:
        JudgeDied: the judge is gone, or hangs.
    """
    before = effects.remember(world)
    files = {world.hand_in(program, f"{program.name.replace('/', '-')}.py"): program for program in chosen}
    try:
        answer = world.ask([*files, world.neighbour()], jobs=2)
    finally:
        for file in files:
            world.take_back(file)
    results = answer.results()
    wrong = effects.harm(world, before, answer)
    for file, program in files.items():
        wrong += _other_verdict(results[file], program)
    return wrong + _other_neighbour(results[world.neighbour()])


def judged_alone(world: World, program: Program) -> list[str]:
    """What is wrong after one program and, after it, a correct submission; nothing when all is well.

    Raises:
        JudgeDied: the judge is gone, or hangs.
    """
    before = effects.remember(world)
    file = world.hand_in(program)
    try:
        for _ in range(program.times):
            answer = world.ask([file, world.neighbour()], require_flow=program.require_flow)
    finally:
        world.take_back(file)
    results = answer.results()
    wrong = effects.harm(world, before, answer) + _other_verdict(results[file], program)
    return wrong + _other_neighbour(results[world.neighbour()])


def _other_verdict(got: Mapping[str, Any], program: Program) -> list[str]:
    allowed = sorted(program.verdicts)
    if got["verdict"] in allowed:
        return []
    return [f"verdict of {program.name}: {got['verdict']} ({got['message']}), not {' or '.join(allowed)}"]


def _other_neighbour(got: Mapping[str, Any]) -> list[str]:
    return [] if got["verdict"] == "accepted" else [f"neighbour: {got['message']}"]

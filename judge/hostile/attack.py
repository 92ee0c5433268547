"""Run hostile programs one by one, each with a correct submission after it, and say what they got done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    wrong = effects.harm(world, before, answer)
    got, allowed = results[file], sorted(program.verdicts)
    if got["verdict"] not in allowed:
        wrong.append(f"verdict: {got['verdict']} ({got['message']}), not {' or '.join(allowed)}")
    if results[world.neighbour()]["verdict"] != "accepted":
        wrong.append(f"neighbour: {results[world.neighbour()]['message']}")
    return wrong

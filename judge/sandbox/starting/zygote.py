"""The judge's hold on its zygote: the trusted process that workers are forked from."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import judge
from judge.errors import SandboxFault
from judge.sandbox.limits.scratch_folder import RunFolder
from judge.sandbox.starting.numeric_settings import worker_environment

if TYPE_CHECKING:
    from judge.sandbox.talking.requests import WarmUp

WORKER_FOLDER = Path(judge.__file__).parent / "worker"
MESSAGE_LIMIT = 1 << 16
END_SECONDS = 10.0  # how long a zygote may take to end before it is given up
START_SECONDS = 60.0  # how long it may take to import everything, on a busy machine
ANSWER_SECONDS = 20.0  # and to fork, or to trace a warm-up
TRIES = 3  # how often a zygote is started where it is killed, or stopped, again and again

T = TypeVar("T")


def worker_command(*arguments: str) -> list[str]:
    """The command line that starts a Python inside of the wall, in a role."""
    bytecode = ["-B"] if sys.dont_write_bytecode else []
    return [sys.executable, "-I", *bytecode, str(WORKER_FOLDER), *arguments]


class Zygote:
    """Started when it is needed, and anew when it died. Not thread-safe: its owner has a lock.

    Attributes:
        folder: of all scratch folders of the run; None before the first start and in the end.
    """

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.folder: RunFolder | None = None
        self._control: socket.socket | None = None
        self._versions: dict[str, str] = {}
        self._awaited = False  # its first words
        self._warm_ups: list[WarmUp] = []

    def insist(self, what: Callable[[], T]) -> T:
        """Do what needs the zygote; one that dies over it, or says nothing, is started anew some times."""
        tries = 0
        while True:
            try:
                return what()
            except (OSError, SandboxFault):
                self.close()  # what it still says would be taken for the answer to something else
                tries += 1
                if tries == TRIES:
                    raise

    def begin(self) -> None:
        """Start it unless it lives, and don't wait."""
        if self.process is not None and self.process.poll() is None:
            return
        self.close()
        if self.folder is not None and not self.folder.path.is_dir():  # an earlier one has tidied up
            self.folder.remove()
            self.folder = None
        if self.folder is None:
            self.folder = RunFolder()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                worker_command("zygote", str(theirs.fileno()), str(self.folder.path)),
                pass_fds=[theirs.fileno()],
                env=worker_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                start_new_session=True,  # Ctrl-C reaches the judge alone, which then ends the rest in order
            )
        self._awaited = True

    def start(self) -> dict[str, str]:
        """Have it ready; the versions of what it has imported."""
        self.begin()
        if self._awaited:
            hello = self._reply(START_SECONDS)
            if hello.get("threads") != 1:
                raise SandboxFault(
                    f"the zygote has {hello.get('threads')} threads and can't be forked safely"
                )
            self._versions = hello["ready"]
            self._awaited = False
            for warm_up in tuple(self._warm_ups):
                if self._warm(warm_up) is not None:  # this time it did harm: do without
                    self._warm_ups.remove(warm_up)
                    return self.start()
        return self._versions

    def warm(self, warm_up: "WarmUp") -> str | None:
        """Have it trace a program, so that no worker has to; why that was no good, None when it was."""
        if warm_up in self._warm_ups:
            return None
        self.insist(self.start)
        why = self._warm(warm_up)
        if why is None:
            self._warm_ups.append(warm_up)
        return why

    def _warm(self, warm_up: "WarmUp") -> str | None:
        message = {"op": "warm", **warm_up.plain}
        if (size := len(json.dumps(message))) > MESSAGE_LIMIT:  # workers that have time can go through it
            return f"it has {size} bytes with its calls, {MESSAGE_LIMIT} are allowed"
        try:
            answer = self.ask(message)
        except (OSError, SandboxFault) as error:
            self.close()
            return str(error)
        if (threads := answer.get("threads")) != 1:
            self.close()  # it can't be forked safely any longer
            return f"{threads} threads ran after it was traced: it starts some, or the backend of JAX"
        return answer.get("error")

    def ask(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        """Its answer to one message.

        Raises:
            SandboxFault, OSError: it gives none.
        """
        if self._control is None:
            raise SandboxFault("the zygote isn't running")
        socket.send_fds(self._control, [json.dumps(message).encode()], list(descriptors))
        return self._reply(ANSWER_SECONDS)

    def _reply(self, seconds: float) -> dict[str, Any]:
        message = b""
        if self._control is not None:
            self._control.settimeout(seconds)
            try:
                message = self._control.recv(MESSAGE_LIMIT)
            except TimeoutError:
                raise SandboxFault(f"the zygote gave no answer in {seconds:g} s") from None
        if not message:
            raise SandboxFault(f"the zygote ended: {self._last_words()}")
        reply: dict[str, Any] = json.loads(message)
        return reply

    def _last_words(self) -> str:
        if self.process is None or self.process.stderr is None:
            return "it was not running"
        self.process.kill()  # it closed its end, and so is as good as gone: its stderr must end, too
        lines = self.process.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def close(self, patience: float = 0.5) -> None:
        """End it; it gets so many seconds to wait for its supervisors."""
        if self._control is not None:
            self._control.close()
        if self.process is not None:
            if self._awaited:
                self.process.kill()  # it has none yet, and may be at its imports for long
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            if self.process.stderr is not None:
                self.process.stderr.close()
        self.process = self._control = None

    def end(self) -> None:
        """End it for good, and remove the run's folder."""
        self.close(END_SECONDS)
        if self.folder is not None:
            self.folder.remove()
        self.folder = None

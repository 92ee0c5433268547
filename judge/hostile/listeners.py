"""Sockets of every kind that a program on this machine could reach, and whether one did."""

import select
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Listeners:
    """Sockets of every kind that a program on this machine could reach."""

    mark: str
    folder: Path
    sockets: dict[str, socket.socket] = field(default_factory=dict)

    def open(self) -> None:
        """Listen."""
        self._add("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        port = self.port("tcp")
        with suppress(OSError):  # a machine without IPv6
            self._add("tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", port))
        self._add("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self._add("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "agent.sock"))
        self._add(
            "unix-datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(self.folder / "agent.sock-datagram")
        )
        self._add("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.mark}-abstract")
        self._add("abstract-datagram", socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{self.mark}-datagram")
        for path in self.folder.glob("agent.sock*"):
            path.chmod(0o777)

    def _add(self, name: str, family: int, kind: int, address: tuple[str, int] | str) -> None:
        made = socket.socket(family, kind)
        made.bind(address)
        if kind == socket.SOCK_STREAM:
            made.listen()
        made.settimeout(0)
        self.sockets[name] = made

    def port(self, name: str) -> int:
        """Where the Internet socket of this name listens."""
        return int(self.sockets[name].getsockname()[1])

    def visited(self) -> list[str]:
        """Those that somebody came to since the last look."""
        ready, _, _ = select.select(list(self.sockets.values()), [], [], 0)
        names = [name for name, made in self.sockets.items() if made in ready]
        for name in names:
            made = self.sockets[name]
            made.accept()[0].close() if made.type == socket.SOCK_STREAM else made.recv(1 << 16)
        return names

    def close(self) -> None:
        """Listen no more."""
        for made in self.sockets.values():
            made.close()

"""What a worker prints, as far as it is kept."""

from dataclasses import dataclass, field

from judge.sandbox.talking import running_line

SHOWN_BYTES = 64 * 1024  # of each stream, in reports


@dataclass(slots=True, eq=False)
class PrintedOutput:
    """What one stream printed: the beginning is kept, the rest only counted. No tape equals another one."""

    kept: bytearray = field(default_factory=bytearray)
    total: int = 0

    def add(self, part: bytes, *, keep: bool) -> None:
        """Count what came, and keep what there is room for."""
        self.total += len(part)
        if keep:
            self.kept += part[: max(SHOWN_BYTES + 1 - len(self.kept), 0)]

    def take_line(self, start: int, folder: str) -> int | None:
        """The line where the worker was when it had taken long, which is no print of the submission's.

        Args:
            start: how much had been kept when the question was asked.
            folder: that the submission is compiled as a file of.
        """
        before = len(self.kept)
        line = running_line.take(self.kept, start, folder)
        self.total -= before - len(self.kept)
        return line


Streams = tuple[PrintedOutput, PrintedOutput]  # stdout, stderr


def streams() -> Streams:
    """Both of a worker, nothing printed yet."""
    return PrintedOutput(), PrintedOutput()

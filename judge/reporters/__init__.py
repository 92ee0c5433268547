"""Report → text, one format a file.

A new format is a file here with a class that is a `Reporter`, and a line in REPORTERS. Importing this
package costs nothing: a format's file is imported when the format is asked for.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from judge.reporters.base import Reporter


class _OnDemand(Mapping[str, "type[Reporter]"]):
    """Format → its class, out of the file of the same name."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes

    def __getitem__(self, name: str) -> "type[Reporter]":
        class_name = self.classes[name]
        return cast("type[Reporter]", getattr(import_module(f"{__name__}.{name}"), class_name))

    def __iter__(self) -> Iterator[str]:
        return iter(self.classes)

    def __len__(self) -> int:
        return len(self.classes)


REPORTERS: Mapping[str, "type[Reporter]"] = _OnDemand(
    {
        "console": "ConsoleReporter",
        "json": "JsonReporter",
        "jsonl": "JsonlReporter",
        "junit": "JunitReporter",
        "sarif": "SarifReporter",
        "github": "GithubReporter",
        "markdown": "MarkdownReporter",
        "gradescope": "GradescopeReporter",
        "classroom50": "Classroom50Reporter",
        "csv": "CsvReporter",
        "gradebook": "GradebookReporter",
        "html": "HtmlReporter",
    }
)

ON_STDOUT = tuple(name for name in REPORTERS if name != "html")

"""How the console report ends: how many submissions, which verdicts, and what is needed to repeat the run."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from judge.report import Report
from judge.reporters.base import View
from judge.reporters.parts.escape import escape
from judge.reporters.parts.numbers import seconds_text


def ending(report: Report, view: View) -> Iterator[RenderableType]:
    """What is said in the end."""
    if view.verbosity > 0:
        yield Text(environment_line(report), style="dim")
    yield summary_line(report)


def summary_line(report: Report) -> Text:
    """The last line: how many submissions, which verdicts, and what is needed to repeat the run."""
    count = len(report.results)
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in reversed([*report.verdicts.items()]))
    text = Text.assemble(
        (f"{count} submission{'' if count == 1 else 's'}", "bold"),
        f": {verdicts or 'none judged'}{report.caveats}",
    )
    tier = report.environment.get("isolation", {}).get("tier", "unknown")
    text.append(
        f" ({seconds_text(report.seconds)}, entropy {report.entropy}, isolation {escape(str(tier))})", "dim"
    )
    if not report.complete:
        text.append("\nInterrupted: what was not finished is missing here.", "bold red")
    return text


def environment_line(report: Report) -> str:
    """Versions and settings, as `key value, key value`."""
    return escape(f"judge {report.judge_version}, {_flat(report.environment)}")


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{key} ({_flat(item)})" if isinstance(item, dict) else f"{key} {item}"
            for key, item in value.items()
        )
    return str(value)

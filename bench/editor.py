"""From save to diagnostics: `judge lsp` on one file that is saved again and again, by a client of pygls.

The text is another one at each save, right and wrong in turn. On a machine that others keep busy seconds say
little: so a warm judge without an editor judges the same texts beside it, in turn, and the ratio of both is
what the editor costs. How busy the machine is stands below.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from judge.commands.inputs.find_problem import Problems  # noqa: E402 - the checkout, not what is installed
from judge.run.intake import Job  # noqa: E402 - as above
from judge.run.warm_judge import WarmJudge  # noqa: E402 - as above

EXAMPLES = ROOT / "submissions" / "mixed_precision_step" / "examples"
RIGHT, WRONG = "accepted/lesson_recipe.py", "wrong_answer/uncast_inputs.py"
TARGET = 0.5  # s, warm, on a machine that isn't busy
ANSWER_SECONDS = 120.0
WARM_UP = 4  # rounds: the judge compiles ahead, and its workers go through that


class Session:
    """One document in one server."""

    def __init__(self) -> None:
        self.client = LanguageClient("judge-bench", "1")
        self.uri = (EXAMPLES / "bench.py").as_uri()
        self.version = 0
        self._answers: dict[int, asyncio.Future[int]] = {}

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator] # pygls's
        def published(params: types.PublishDiagnosticsParams) -> None:
            waiting = self._answers.pop(params.version or 0, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(len(params.diagnostics))

        for method in (types.WINDOW_LOG_MESSAGE, types.WINDOW_SHOW_MESSAGE):
            self.client.feature(method)(lambda _: None)

    async def start(self, cache: str) -> None:
        """Start the server."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache}
        await self.client.start_io(sys.executable, "-m", "judge", "lsp", env=environment)
        await self.client.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=ROOT.as_uri())
        )

    async def saved(self, text: str) -> float:
        """Seconds from a save to the diagnostics of what was saved."""
        self.version += 1
        told = self._answers[self.version] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        if self.version == 1:
            item = types.TextDocumentItem(uri=self.uri, language_id="python", version=1, text=text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        else:
            self.client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    text_document=types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version),
                    content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
                )
            )
            saved = types.TextDocumentIdentifier(uri=self.uri)
            self.client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=saved))
        count = await asyncio.wait_for(told, ANSWER_SECONDS)
        seconds = time.perf_counter() - began
        wrong = "not cast" in text.partition("\n")[0]
        if bool(count) != wrong:
            raise SystemExit(f"version {self.version} has {count} diagnostics")
        return seconds

    async def stop(self) -> None:
        """End it."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds: of the first text, then of each save, with an editor and without."""

    first: float
    editor: list[float]
    bare: list[float]


async def measure(rounds: int, pause: float, cache: str) -> Measured:
    """Both in turn, on the same texts."""
    texts = [(EXAMPLES / name).read_text(encoding="utf-8") for name in (RIGHT, WRONG)]
    os.environ["XDG_CACHE_HOME"] = cache
    problem = Problems(ROOT).problem("mixed_precision_step")
    session, bare = Session(), WarmJudge(ROOT)

    async def judged(text: str) -> float:
        began = time.perf_counter()
        job = Job(name="bench.py", problem=problem, path=EXAMPLES / "bench.py", source=text.encode())
        await asyncio.wrap_future(bare.judge(job))
        return time.perf_counter() - began

    await session.start(cache)
    found = Measured(await session.saved(texts[0]), [], [])
    contenders = [(session.saved, found.editor), (judged, found.bare)]
    for number in range(WARM_UP + rounds):
        text = f"{texts[number % 2]}# {number}\n"
        for contender, seconds in contenders if number % 2 else reversed(contenders):
            await asyncio.sleep(pause)  # a learner thinks; the judge makes workers ready
            seconds.append(await contender(text))
    await session.stop()
    bare.close()
    return Measured(found.first, found.editor[WARM_UP:], found.bare[WARM_UP:])


def main() -> None:
    """Measure, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, metavar="N")
    parser.add_argument("--pause", type=float, default=3.0, metavar="S", help="Between two saves.")
    parser.add_argument("--cache", metavar="FOLDER", help="A cache to begin with; an empty one by default.")
    asked = parser.parse_args()
    psutil.cpu_percent()
    with tempfile.TemporaryDirectory(prefix="judge-editor-") as scratch:
        found = asyncio.run(measure(asked.rounds, asked.pause, asked.cache or scratch))
    seconds = found.editor
    low, median, high = statistics.quantiles(seconds, n=4)
    ratios = [editor / bare for editor, bare in zip(found.editor, found.bare, strict=True)]
    less, ratio, more = statistics.quantiles(ratios, n=4)
    print(f"first text: {found.first:.2f} s")
    print(f"against the judge alone: median {ratio:.2f}, quartiles {less:.2f} to {more:.2f}")
    print(f"the judge alone: median {statistics.median(found.bare):.3f} s")
    print(
        f"save to diagnostics: median {median:.3f} s, quartiles {low:.3f} to {high:.3f}, {len(seconds)} saves"
    )
    print(f"target {TARGET} s: {'met' if median <= TARGET else 'not met'}")
    load = os.getloadavg()[0]
    print(f"CPU in use meanwhile {psutil.cpu_percent():.0f} %, load {load:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()

"""The documents that are open, and when each is judged.

Everything here runs in the event loop, which waits for nothing: files are read in threads, and the judge has
a thread of its own.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from lsprotocol.types import Diagnostic
from pygls.workspace import PositionCodec

from judge.commands.parts.learner_record import note_accepted
from judge.editor.client import Client
from judge.editor.diagnostics import diagnostics, notice
from judge.editor.documents import Document, Seen
from judge.editor.exercise import Exercise, NotToBeTold, exercise_of
from judge.editor.judges import Judges, Room
from judge.editor.lines import Lines, lines_of
from judge.editor.options import Options
from judge.editor.pitfall_pages import PitfallPages
from judge.errors import JudgeError, ProblemError, UsageError
from judge.pages.words import passing, score
from judge.problem.model import Problem
from judge.report import SubmissionResult
from judge.reporters.parts.remarks import of_submission
from judge.run.intake import Job
from judge.run.warm_judge import Outdated
from judge.verdict import Verdict

MOST_FAULTS = 5  # of a problem's files, that are told


class Desk:
    """Has open documents judged, and tells the editor.

    Args:
        root: the folder that holds `problems/`, where it was named.
    """

    def __init__(self, client: Client, root: Path | None, pages: PitfallPages) -> None:
        self.client = client
        self.pages = pages
        self.options = Options()
        self.documents: dict[str, Document] = {}
        self._root = root
        self._judges = Judges(client.heard)
        self._tasks: set[asyncio.Task[None]] = set()

    def opened(self, uri: str, version: int, text: str) -> None:
        """A document was opened, or opened anew."""
        self.closed(uri)
        document = self.documents[uri] = Document(uri=uri, version=version, text=text)
        self._begin(document)

    def changed(self, uri: str, version: int, text: str) -> None:
        """It has another text now: what was begun is outdated, and nothing of it is told any more."""
        document = self.documents.get(uri)
        if document is None:
            return
        document.stop_timer()
        document.version, document.text = version, text
        document.turn += 1
        document.running = None
        if self.options.while_typing:
            loop = asyncio.get_running_loop()
            document.timer = loop.call_later(self.options.debounce, self._begin, document)

    def saved(self, uri: str) -> None:
        """It was saved: it is judged at once, unless that is being done."""
        document = self.documents.get(uri)
        if document is not None and document.running != document.text:
            self._begin(document)

    def closed(self, uri: str) -> None:
        """Nobody looks at it any longer."""
        document = self.documents.pop(uri, None)
        if document is None:
            return
        document.stop_timer()
        document.turn += 1
        if document.place is not None:
            room, name = document.place
            room.judge.forget(name)
        if document.is_marked:
            self.client.publish(uri, None, [])

    def close(self) -> None:
        """End all workers."""
        self._judges.close()

    def lines(self, text: str) -> Lines:
        """The lines of a text, in which places are counted as the editor does."""
        return Lines(lines=lines_of(text), codec=PositionCodec(self.client.position_encoding))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop alone would let it be collected
        task.add_done_callback(self._tasks.discard)

    def _begin(self, document: Document) -> None:
        document.stop_timer()
        document.turn += 1
        document.running = document.text
        self.start(self._judge(document, document.turn))

    async def _judge(self, document: Document, turn: int) -> None:
        """Have a text judged, and tell the editor, unless it is outdated by then."""
        version, lines = document.version, self.lines(document.text)
        is_notice = True
        try:
            found = await self._found(document, turn, lines)
            is_notice = False
        except (Outdated, asyncio.CancelledError):
            found = None
        except NotToBeTold as why:
            found = [notice(str(why), lines, why.line)]
        except JudgeError as error:
            found = [notice(str(error), lines, is_fault=True)]
            if document.turn == turn:
                self.client.complain(str(error))
        except Exception as error:  # noqa: BLE001 -- a fault of ours ends neither the server nor the editor's other work
            found = None
            self.client.complain(f"this is a fault of the judge: {type(error).__name__}: {error}")
        if document.turn != turn:
            return
        document.running = None
        if is_notice:  # which hides what was shown of the text before
            document.seen = None
        if found is not None:
            document.is_marked = True
            self.client.publish(document.uri, version, found)

    async def _found(self, document: Document, turn: int, lines: Lines) -> list[Diagnostic] | None:
        """What the editor is to show; None where that stays as it is.

        Raises:
            Outdated: nobody waits for it. JudgeError: it can't be judged.
        """
        text = document.text
        folders = self.client.folders()
        exercise = await asyncio.to_thread(exercise_of, document.uri, text, root=self._root, folders=folders)
        if exercise is None:
            document.seen = document.read = None
            return [] if document.is_marked else None  # somebody else's file, unless its marker has just gone
        room = self._judges.room(exercise.root)
        problem = await self._problem(room, exercise)
        if document.turn != turn:
            return None
        before = document.seen
        is_known = before is not None and before.text == text and before.problem is problem
        if is_known and before is not None and before.result.reusable:
            return None
        job = Job(name=exercise.name, problem=problem, path=exercise.path, source=_bytes(text))
        document.place = (room, exercise.name)
        result = await self._result(room, job)
        if document.turn != turn:
            return None
        remarks = tuple(of_submission(result))
        pages = await asyncio.to_thread(self.pages.uris, {remark.rule for remark in remarks})
        news = await asyncio.to_thread(note_accepted, (result,))
        seen = Seen(text=text, lines=lines, problem=problem, result=result, pages=pages)
        if document.turn != turn:
            return None
        self._remember(document, seen, exercise.name)
        for one in news:
            self.client.show(one)
        return diagnostics(result, lines, uri=document.uri, entry_point=problem.entry_point, pages=pages)

    async def _problem(self, room: Room, exercise: Exercise) -> Problem:
        try:
            return await asyncio.to_thread(room.problem, exercise.problem)
        except UsageError as error:
            raise NotToBeTold(str(error), exercise.line) from None
        except ProblemError as error:
            raise ProblemError(error.faults[:MOST_FAULTS]) from None

    async def _result(self, room: Room, job: Job) -> SubmissionResult:
        """The judge's answer; the first one of a room takes seconds, of which the editor is told."""
        if room.is_used:
            report = await asyncio.wrap_future(room.judge.judge(job))
        else:
            async with self.client.progress(room.root):
                report = await asyncio.wrap_future(room.judge.judge(job))
        room.is_used = True
        return next(iter(report.results))

    def _remember(self, document: Document, seen: Seen, name: str) -> None:
        document.seen = seen
        result = seen.result
        if result.flow.listing is not None and result.flow.available:
            document.read = seen
        facts = (str(result.verdict), f"score {score(result)}", passing(result))
        status = f"{name}: {', '.join(filter(None, facts))}"
        if status != document.status:
            self.client.log(status)
            if result.verdict is Verdict.ACCEPTED and document.status:
                self.client.show(status)
        document.status = status
        self.client.refresh_hints()


def _bytes(text: str) -> bytes:
    """As the file would have it; halves of surrogate pairs are for the judge to refuse."""
    return text.encode("utf-8", "surrogatepass")

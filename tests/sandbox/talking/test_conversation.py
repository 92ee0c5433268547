import os
import signal
import threading
import time
from dataclasses import dataclass, fields

import pytest

from judge.evidence import Stop, StopReason
from judge.problem.model import Limits
from judge.sandbox.starting.process import Process
from judge.sandbox.talking.conversation import ASLEEP_SECONDS, HEADER_BYTES, Answer, Conversation
from judge.sandbox.talking.printed import SHOWN_BYTES, PrintedOutput
from judge.worker.wire import MAGIC, PREFIX, Array, Record, encode
from sandbox.puppets import Puppet, Script, ended_by

LIMITS = Limits(wall_s=5.0)
QUESTION = Record({"op": "case"})


def talk(
    script: Script, *questions: Record, limits: Limits = LIMITS, keep: bool = True, status: int | None = None
) -> tuple[list[Answer], tuple[PrintedOutput, PrintedOutput]]:
    """Ask these questions one after the other, until there is a stop."""
    tapes = (PrintedOutput(), PrintedOutput())
    answers: list[Answer] = []
    with Puppet(script, status=status) as puppet:
        conversation = Conversation(puppet.process, tapes, keep_output=keep)
        for question in questions or (QUESTION,):
            answers.append(conversation.ask(question, limits))
            if answers[-1].stop is not None:
                break
        conversation.close()
    return answers, tapes


def stop_of(script: Script, *questions: Record, limits: Limits = LIMITS, status: int | None = None) -> Stop:
    answers, _ = talk(script, *questions, limits=limits, status=status)
    last = answers[-1]
    assert last.record is None
    assert last.stop is not None
    return last.stop


def echo(puppet: Puppet, question: Record) -> None:
    puppet.answer(question, op="value", count=len(puppet.questions))


def test_the_answer_to_a_question_comes_back_without_its_nonce() -> None:
    answers, _ = talk(echo, QUESTION, QUESTION)
    assert [answer.record for answer in answers] == [
        Record({"op": "value", "count": 1}),
        Record({"op": "value", "count": 2}),
    ]
    assert all(answer.stop is None and 0 < answer.seconds < 5 for answer in answers)


def test_every_question_has_a_nonce_of_its_own() -> None:
    with Puppet(echo) as puppet:
        conversation = Conversation(puppet.process, (PrintedOutput(), PrintedOutput()), keep_output=True)
        for _ in range(3):
            conversation.ask(QUESTION, LIMITS)
        conversation.close()
    nonces = {question.header["nonce"] for question in puppet.questions}
    assert len(nonces) == 3
    assert all(len(nonce) == 32 for nonce in nonces)


def test_a_large_question_and_a_large_answer_pass_whatever_the_pipes_hold() -> None:
    array = Array("uint8", (8 << 20,), bytes(8 << 20))

    def back(puppet: Puppet, question: Record) -> None:
        header = {"op": "value", "nonce": question.header["nonce"]}
        puppet.send(encode(Record(header, question.arrays)))

    answers, _ = talk(back, Record({"op": "case"}, (array,)), limits=Limits(wall_s=20.0, output_kib=16384))
    assert answers[0].record == Record({"op": "value"}, (array,))


def test_an_answer_in_single_bytes_is_put_together() -> None:
    def slow(puppet: Puppet, question: Record) -> None:
        for byte in encode(Record({"nonce": question.header["nonce"]})):
            puppet.send(bytes([byte]))

    assert talk(slow)[0][0].record == Record({})


@pytest.mark.parametrize("nonce", [{}, {"nonce": "0" * 32}, {"nonce": None}, {"nonce": ["x"]}])
def test_a_record_that_answers_no_question_is_a_stop(nonce: dict[str, object]) -> None:
    stop = stop_of(lambda puppet, _: puppet.send(encode(Record({"op": "value", **nonce}))))
    assert stop == Stop(reason=StopReason.PROTOCOL, detail="a record came that answers no question")


def test_an_answer_that_is_given_twice_at_once_is_a_stop() -> None:
    def twice(puppet: Puppet, question: Record) -> None:
        puppet.send(encode(Record({"nonce": question.header["nonce"]})) * 2)

    stop = stop_of(twice)
    assert stop == Stop(reason=StopReason.PROTOCOL, detail="more than one record came for one question")


def test_an_answer_that_is_given_again_later_is_a_stop_of_the_next_question() -> None:
    again = threading.Event()

    def later(puppet: Puppet, question: Record) -> None:
        first = puppet.questions[0]
        puppet.answer(first)
        if question is not first:
            again.set()

    stop = stop_of(later, QUESTION, QUESTION)
    assert again.is_set()
    assert stop.detail == "a record came that answers no question"


@pytest.mark.parametrize(
    ("noise", "detail"),
    [
        (b"hello, this is no record", "what came on the result channel is no record"),
        (PREFIX.pack(MAGIC, 2, 0) + b"[]", "a record's header is no JSON object"),
        (PREFIX.pack(MAGIC, 1, 0) + b"{", "a record's header is no JSON"),
        (PREFIX.pack(MAGIC, 2, 1) + b"{}x", "a record's body is longer than its arrays"),
    ],
)
def test_noise_on_the_channel_is_a_stop(noise: bytes, detail: str) -> None:
    stop = stop_of(lambda puppet, _: puppet.send(noise))
    assert stop.reason is StopReason.PROTOCOL
    assert stop.detail.startswith(detail)


def test_a_record_larger_than_allowed_is_a_stop_before_it_comes() -> None:
    allowed = HEADER_BYTES + LIMITS.output_kib * 1024
    stop = stop_of(lambda puppet, _: puppet.send(PREFIX.pack(MAGIC, 16, allowed - 15)))
    detail = f"a record of {allowed + 1} bytes came, {allowed} are allowed"
    assert stop == Stop(reason=StopReason.PROTOCOL, detail=detail)


def test_part_of_a_record_is_no_answer() -> None:
    stop = stop_of(lambda puppet, _: puppet.send(MAGIC), limits=Limits(wall_s=0.2))
    assert stop.reason is StopReason.WALL


@pytest.mark.parametrize(
    ("status", "stop"),
    [
        (
            0,
            Stop(
                reason=StopReason.EXIT,
                measured=0,
                detail="the process exited with status 0 before it gave a result",
            ),
        ),
        (
            3,
            Stop(
                reason=StopReason.EXIT,
                measured=3,
                detail="the process exited with status 3 before it gave a result",
            ),
        ),
        (
            ended_by(signal.SIGSEGV),
            Stop(reason=StopReason.SIGNAL, measured=11, detail="the process was ended by SIGSEGV"),
        ),
        (-77, Stop(reason=StopReason.SIGNAL, measured=77, detail="the process was ended by signal 77")),
        (ended_by(signal.SIGXCPU), Stop(reason=StopReason.CPU, detail="the CPU limit of the process")),
    ],
)
def test_the_end_of_the_process_is_told_by_its_status(status: int, stop: Stop) -> None:
    assert stop_of(lambda puppet, _: puppet.hang_up(), status=status) == stop


def test_an_answer_counts_although_the_process_ends_after_it() -> None:
    def last_words(puppet: Puppet, question: Record) -> None:
        puppet.answer(question, op="value")
        puppet.hang_up()

    answers, _ = talk(last_words, QUESTION, QUESTION, status=0)
    assert [answer.record for answer in answers] == [Record({"op": "value"}), None]
    assert answers[1].stop is not None
    assert answers[1].stop.reason is StopReason.EXIT


def test_silence_ends_with_the_wall_limit() -> None:
    answers, _ = talk(lambda *_: None, limits=Limits(wall_s=0.3))
    stop = answers[0].stop
    assert stop is not None
    assert (stop.reason, stop.limit) == (StopReason.WALL, 0.3)
    assert stop.measured is not None
    assert 0.3 <= stop.measured < 3
    assert stop.detail == f"{stop.measured:.1f} s, 0.3 allowed"


def printing(stdout: bytes = b"", stderr: bytes = b"") -> Script:
    def script(puppet: Puppet, question: Record) -> None:
        os.write(puppet.stdout, stdout)
        os.write(puppet.stderr, stderr)
        puppet.answer(question)

    return script


def test_what_is_printed_before_the_answer_is_kept_of_both_streams() -> None:
    _, (stdout, stderr) = talk(printing(b"out\n", b"err\xff\n"), QUESTION, QUESTION)
    assert (bytes(stdout.kept), bytes(stderr.kept)) == (b"out\n" * 2, b"err\xff\n" * 2)
    assert (stdout.total, stderr.total) == (8, 10)


def test_nothing_is_kept_where_nothing_may_be() -> None:
    _, (stdout, stderr) = talk(printing(b"secret", b"secret"), keep=False)
    assert (stdout.kept, stderr.kept, stdout.total) == (b"", b"", 6)


def test_a_flood_is_a_stop_while_it_still_comes() -> None:
    over = threading.Event()

    def flood(puppet: Puppet, _: Record) -> None:
        try:
            while not over.is_set():
                os.write(puppet.stdout, bytes(1 << 16))
        except OSError:
            pass

    tapes = (PrintedOutput(), PrintedOutput())
    with Puppet(flood) as puppet:
        conversation = Conversation(puppet.process, tapes, keep_output=True)
        answer = conversation.ask(QUESTION, Limits(wall_s=5.0, output_kib=100))
        over.set()
        conversation.close()
    assert answer.stop is not None
    assert (answer.stop.reason, answer.stop.limit) == (StopReason.OUTPUT, 100)
    assert answer.stop.detail == "it was stopped at 100 KiB, which is all that may be printed"
    assert len(tapes[0].kept) == SHOWN_BYTES + 1
    assert tapes[0].total < 1 << 20


def test_what_is_printed_counts_for_its_own_question_alone() -> None:
    answers, _ = talk(printing(bytes(1500)), QUESTION, QUESTION, limits=Limits(wall_s=5.0, output_kib=2))
    assert [answer.stop for answer in answers] == [None, None]


def test_from_the_moment_of_listening_on_what_is_printed_goes_to_other_tapes() -> None:
    before, after = (PrintedOutput(), PrintedOutput()), (PrintedOutput(), PrintedOutput())
    with Puppet(printing(b"answer\n", b"error\n")) as puppet:
        conversation = Conversation(puppet.process, before, keep_output=True)
        conversation.ask(QUESTION, LIMITS)
        os.write(puppet.stdout, b"late\n")
        conversation.listen(after, keep_output=True)
        conversation.ask(QUESTION, LIMITS)
        conversation.close()
    assert [bytes(tape.kept) for tape in before] == [b"answer\nlate\n", b"error\n"]
    assert [bytes(tape.kept) for tape in after] == [b"answer\n", b"error\n"]


def test_what_was_printed_before_listening_is_no_part_of_what_may_be_printed() -> None:
    with Puppet(printing(bytes(1500))) as puppet:
        conversation = Conversation(puppet.process, (PrintedOutput(), PrintedOutput()), keep_output=True)
        conversation.ask(QUESTION, LIMITS)
        os.write(puppet.stdout, bytes(1500))
        tapes = (PrintedOutput(), PrintedOutput())
        conversation.listen(tapes, keep_output=False)
        answer = conversation.ask(QUESTION, Limits(wall_s=5.0, output_kib=2))
        conversation.close()
    assert (answer.stop, tapes[0].total, bytes(tapes[0].kept)) == (None, 1500, b"")


def test_listening_to_an_output_that_is_closed_is_no_news() -> None:
    def silent(puppet: Puppet, question: Record) -> None:
        os.close(puppet.stdout)
        puppet.stdout = os.open(os.devnull, os.O_WRONLY)
        puppet.answer(question)

    with Puppet(silent) as puppet:
        conversation = Conversation(puppet.process, (PrintedOutput(), PrintedOutput()), keep_output=True)
        conversation.ask(QUESTION, LIMITS)
        conversation.listen((PrintedOutput(), PrintedOutput()), keep_output=True)
        assert conversation.ask(QUESTION, LIMITS).stop is None
        conversation.close()


def test_one_that_waits_is_alive_and_one_that_ended_or_speaks_unasked_is_not() -> None:
    with Puppet(echo) as puppet:
        conversation = Conversation(puppet.process, (PrintedOutput(), PrintedOutput()), keep_output=True)
        assert [conversation.is_alive() for _ in range(2)] == [True, True]
        assert conversation.ask(QUESTION, LIMITS).stop is None
        assert conversation.is_alive(), "to look takes nothing away"
        assert conversation.ask(QUESTION, LIMITS).stop is None
        puppet.send(b"unasked")
        assert not conversation.is_alive()
        conversation.close()
        assert not conversation.is_alive()
    with Puppet(echo) as puppet:
        conversation = Conversation(puppet.process, (PrintedOutput(), PrintedOutput()), keep_output=True)
        puppet.hang_up()
        assert not conversation.is_alive()
        conversation.close()


def test_an_output_that_the_learner_closed_is_no_news() -> None:
    def silent(puppet: Puppet, question: Record) -> None:
        if len(puppet.questions) == 1:
            os.close(puppet.stdout)
            puppet.stdout = os.open(os.devnull, os.O_WRONLY)
        puppet.answer(question)

    answers, _ = talk(silent, QUESTION, QUESTION)
    assert [answer.stop for answer in answers] == [None, None]


@dataclass(slots=True, kw_only=True)
class GivenAway(Process):
    """A process whose number of stdout belongs to another worker as soon as it is free."""

    def end(self, *, ending: bool = False) -> int:
        if self.status is not None:
            return self.status
        status = Process.end(self, ending=ending)
        read, write = os.pipe()
        os.write(write, b"of another worker")
        os.close(write)
        if read != self.stdout:
            os.dup2(read, self.stdout)
            os.close(read)
        return status


def test_an_ended_workers_descriptors_are_not_read_again() -> None:
    with Puppet(lambda puppet, _: puppet.hang_up()) as puppet:
        own = {field.name: getattr(puppet.process, field.name) for field in fields(Process)}
        puppet.process = GivenAway(**own)
        tapes = (PrintedOutput(), PrintedOutput())
        conversation = Conversation(puppet.process, tapes, keep_output=True)
        assert conversation.ask(QUESTION, LIMITS).stop is not None
        assert (os.read(puppet.process.stdout, 100), tapes[0].total) == (b"of another worker", 0)
        os.close(puppet.process.stdout)


def away(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """From now on this process is stopped for so long when it begins to wait for an answer, once."""
    as_it_was, times = Conversation._turn, [seconds]

    def turn(self: Conversation, timeout: float, limit: int, *, ended: bool) -> Record | Stop | None:
        time.sleep(times.pop() if times else 0)
        return as_it_was(self, timeout, limit, ended=ended)

    monkeypatch.setattr(Conversation, "_turn", turn)


def test_time_in_which_the_judge_was_stopped_is_no_submissions(monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch, ASLEEP_SECONDS + 0.3)
    (answer,), _ = talk(echo, limits=Limits(wall_s=1.0))
    assert answer.stop is None
    assert answer.seconds < 1


def test_a_program_that_hangs_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch, ASLEEP_SECONDS + 0.3)
    found = stop_of(lambda _puppet, _question: None, limits=Limits(wall_s=0.5))
    assert found.reason is StopReason.WALL


def test_what_a_busy_machine_takes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch, 0.6)
    found = stop_of(lambda _puppet, _question: None, limits=Limits(wall_s=0.5))
    assert (found.reason, found.measured is None or found.measured < 1) == (StopReason.WALL, True)

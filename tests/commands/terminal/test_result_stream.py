import json

from reporters.reports import report, result, wrong_result
from toys import Heard

from judge.commands.terminal.result_stream import Both, Stream
from judge.reporters.jsonl import JsonlReporter


def test_lines_are_written_when_they_come():
    written: list[str] = []
    stream = Stream(JsonlReporter(), written.append)
    of = report(result(), wrong_result())
    stream.note("a note is not part of the stream")
    stream.opened(of.head)
    assert [json.loads(line)["schema"] for line in written] == ["judge-run/v1"]
    stream.started(2)
    for number, one in enumerate(reversed(of.results), 2):
        stream.finished(one)
        assert len(written) == number
    stream.close()
    assert len(written) == 3
    assert [json.loads(line)["verdict"] for line in written[1:]] == ["wrong_answer", "accepted"]
    assert [*stream.rest(of)] == [JsonlReporter().tail(of)]


def test_a_run_that_never_began_is_written_in_the_end():
    stream = Stream(JsonlReporter(), lambda _text: None)
    of = report(complete=False, exit_code=130)
    assert "".join(stream.rest(of)) == JsonlReporter().render(of)


def test_both_hear_everything():
    first, second = Heard(), Heard()
    both = Both(first, second)
    both.note("a note")
    both.opened(report().head)
    both.started(1)
    both.finished(result())
    both.close()
    for one in (first, second):
        assert (one.notes, one.head, one.total, one.results, one.closed) == (
            ["a note"],
            report().head,
            1,
            [result()],
            1,
        )

from judge.verify.views.text import text
from verify.records import record, sound

TEXT = """\
toy: A toy
  ok     files: 1 hold (0.3 s)
  FAULT  margins: 0 hold, 1 don't, 1 note (3.0 s)

fault: margins, stale: is told by nothing: make a case that rejects it
    -a
    +b

note: margins, plain: kills nothing that others don't

toy: 1 thing to be put right; left out: samples (3 s)
"""


def test_what_is_to_be_put_right_comes_before_what_is_worth_knowing():
    assert text([record()]) == TEXT


def test_quiet_shows_faults_alone():
    assert text([record()], verbosity=-1).splitlines() == [
        "toy: A toy",
        "",
        "fault: margins, stale: is told by nothing: make a case that rejects it",
        "    -a",
        "    +b",
        "",
        "toy: 1 thing to be put right; left out: samples (3 s)",
    ]


def test_verbose_shows_the_tables_with_numbers_to_the_right():
    lines = text([record()], verbosity=1).splitlines()
    assert lines[lines.index("Errors") :][:4] == [
        "Errors",
        "mistake  plain",
        "stale       12",
        "sum        inf",
    ]


def test_where_all_holds_it_says_so():
    assert text([sound()]).endswith("\ntoy: all holds (0 s)\n")


def test_long_sentences_are_folded():
    told = text([record()], width=40).splitlines()
    assert told[4:6] == ["fault: margins, stale: is told by", "    nothing: make a case that rejects it"]

"""The box of one finding."""

from reporters.reports import finding

from judge.finding import EvidenceKind, Severity
from judge.pages.parts.finding_box import finding_box, message_box
from judge.pages.parts.place import Place
from pages.reading import fragment, words

PLACE = Place(lines=20)


def told(all_cases: tuple[str, ...] = ("a", "b"), **fields: object) -> list[str]:
    return [words(line) for line in fragment(finding_box(finding(**fields), all_cases, PLACE)).iter("p")]


def test_a_box_says_what_where_and_what_to_do():
    assert told(cases=("a",)) == [
        "unscaled-grads, line 10",
        "grads still carries the factor loss_scale when the optimizer gets it",
        "Do: divide grads by loss_scale before the update",
        "Cases: a; seen in the program that was traced. Read more: judge explain unscaled-grads",
    ]


def test_cases_are_named_only_where_they_are_not_all():
    for cases in ((), ("a", "b")):
        assert told(cases=cases)[3].startswith("seen in the program")
    many = tuple(f"c{number}" for number in range(20))
    assert "Cases: c0, c1, " in told((*many, "other"), cases=many)[3]
    assert "c11 and 8 more; " in told((*many, "other"), cases=many)[3]


def test_a_warning_says_that_it_is_one():
    assert told(severity=Severity.WARNING)[0] == "unscaled-grads (warning), line 10"


def test_a_finding_of_several_lines_or_of_none_says_so():
    assert told(end_line=12)[0] == "unscaled-grads, lines 10 to 12"
    assert told(line=None)[0] == "unscaled-grads, in no single line"


def test_every_kind_of_evidence_is_told():
    assert len({told(evidence=kind)[3] for kind in EvidenceKind}) == len(EvidenceKind)


def test_a_message_without_a_finding_has_a_box_too():
    assert words(fragment(message_box("`x` came"))) == "x came"

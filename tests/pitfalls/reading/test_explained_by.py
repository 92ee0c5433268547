from judge.finding import EvidenceKind, Finding, Severity
from judge.pitfalls.reading.explained_by import causes


def finding(pitfall: str, line: int | None = 1, kind: EvidenceKind = EvidenceKind.FLOW) -> Finding:
    return Finding(pitfall=pitfall, severity=Severity.ERROR, message="", help="", evidence=kind, line=line)


def names(*findings: Finding) -> list[str]:
    return [item.pitfall for item in causes(findings)]


def test_a_full_precision_forward_explains_what_is_uncast():
    assert names(
        finding("uncast-inputs"),
        finding("full-precision-forward"),
        finding("uncast-targets"),
        finding("full-precision-final-loss"),
    ) == ["full-precision-forward"]


def test_a_discarded_update_is_not_also_lr_ignored():
    assert names(finding("lr-ignored"), finding("update-discarded")) == ["update-discarded"]


def test_independent_mistakes_stay_in_the_order_of_their_lines():
    assert names(finding("lr-ignored", 9), finding("seed-ignored", None), finding("uncast-inputs", 3)) == [
        "uncast-inputs",
        "lr-ignored",
        "seed-ignored",
    ]


def test_a_pitfall_is_named_once():
    assert names(finding("uncast-inputs", 3), finding("uncast-inputs", 9)) == ["uncast-inputs"]


def test_last_bits_are_explained_by_any_other_mistake():
    last_bits = finding("full-precision-final-loss", 9, EvidenceKind.NUMBERS)
    assert names(last_bits, finding("uncast-targets", 3)) == ["uncast-targets"]
    assert names(last_bits) == ["full-precision-final-loss"]

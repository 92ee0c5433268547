import html5lib

from judge.verify.record import CheckRecord, ProblemRecord, fault
from judge.verify.views.page import page
from verify.records import record, sound


def words(text: str) -> list[str]:
    parsed = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    body = parsed.find("body")
    return [piece.strip() for piece in body.itertext() if piece.strip()]


def test_the_page_is_html_and_has_faults_before_notes_and_tables():
    told = words(page([record(), sound()]))
    places = [told.index(one) for one in ("1 to be put right", "fault", "-a\n+b", "note", "Errors", "stale")]
    assert places[0] < places[2] < places[3] < places[4] < places[5]
    assert told.count("all holds") == 1


def test_no_text_becomes_markup():
    bad = "<script>alert(1)</script>&amp;\x1b[31m"
    check = CheckRecord(name="files", title="Files", results=(fault(bad, bad, bad),))
    text = page([ProblemRecord(problem="toy", title=bad, checks=(check,))])
    assert "<script" not in text
    assert "\x1b" not in text
    assert sum("<script>alert(1)" in word for word in words(text)) >= 3

import re
from typing import Any

import pytest
from cmarkgfm import Options
from cmarkgfm import github_flavored_markdown_to_html as html_of
from hypothesis import given
from hypothesis import strategies as st

from judge.evidence import Capture
from judge.report import FlowFact, Report
from judge.reporters.markdown import LIMIT, SHOWN_SIGNS, MarkdownReporter
from reporters.reports import case, finding, report, result, wrong_case, wrong_result
from reporters.samples import HOSTILE, every, hostile, many, mixed

GOLDEN = """\
## 3 submissions: 1 accepted, 1 wrong_answer, 1 invalid

1 of 3 accepted (33%); median score 0.25, mean 0.42; 1 partly right; 1 did not run.

<details><summary>Pitfalls</summary>

| pitfall | submissions | as a warning only |
|---|---:|---:|
| unscaled-grads | 1 | 0 |
| full-precision-loss | 1 | 1 |

</details>

<details><summary>Cases</summary>

| case | accepted | pitfall | failed | judge_error | caught by it alone |
|---|---:|---:|---:|---:|---:|
| generic | 2 | 0 | 0 | 0 | 0 |
| scaled | 0 | 0 | 1 | 0 | 0 |
| secret | 0 | 0 | 1 | 0 | 0 |

</details>

<details><summary>Who fails alike</summary>

| submissions | verdict | cases | findings | such as |
|---:|---|---|---|---|
| 1 | invalid |  | SyntaxError | bob.py |
| 1 | wrong_answer | ✓✗✗ | unscaled-grads, full-precision-loss | ada.py |

</details>

| submission | verdict | score | cases | findings |
|---|---|---:|---|---|
| ada.py | wrong_answer | 0.25 | ✓✗✗ | full-precision-loss, unscaled-grads |
| bob.py | invalid | 0.00 |  |  |
| cyd.py | accepted | 1.00 | ✓ |  |

✓ accepted, ▲ pitfall, ✗ failed, ? the judge is at fault

### submissions/demo/ada.py: wrong_answer

case scaled: expected 1.32031, got 812: off by 39,299 tolerances

**warning: full-precision-loss, line 5.** the error is computed in float32

```python
5      grads = jax.grad(loss)(
6          params,
7          x,
8      )
```

Help: round it to bfloat16

**error: unscaled-grads, line 10.** `grads` still carries the factor `loss_scale` when the optimizer gets it

```python
10      return optimizer.update(model, grads)
```

Help: divide `grads` by `loss_scale` before the update

<details><summary>3 cases: 1 accepted, 2 wrong_answer</summary>

| case | verdict | error (tolerances) | time |
|---|---|---:|---:|
| generic | ✓ accepted | 0 | 0.20 s |
| scaled | ✗ wrong_answer | 39,299 | 0.20 s |
| secret | ✗ wrong_answer | hidden | - |

</details>

<details><summary>Printed to stdout</summary>

```
| hello
```

</details>

### submissions/demo/bob.py: invalid

line 3: expected ':'

`SyntaxError`, line 3:

```
expected ':'
```
"""


def structure(of: Report) -> list[str]:
    """Tags, HTML that is in the Markdown itself included."""
    return re.findall(
        r"<(/?[a-z][a-z0-9]*)", html_of(MarkdownReporter().render(of), Options.CMARK_OPT_UNSAFE)
    )


def shape(of: Report) -> list[str]:
    """Tags without code spans, which `@` becomes, and without what an empty text leaves out."""
    return [tag for tag in structure(of) if tag.strip("/") != "code"]


def drawn(name: str = "prediction") -> FlowFact:
    """A flow whose one value has this name."""
    node = {
        "id": 0, "name": name, "kind": "role", "operation": "dot_general", "phase": "forward",
        "dtype": "float32", "inside": [], "shape": [], "scale": "0", "line": 5, "column": 1, "end_line": 5,
        "end_column": 2, "count": 1, "values": None, "findings": ["unscaled-grads"],
    }  # fmt: skip
    graph = {"available": True, "reason": None, "operations": 1, "nodes": [node], "edges": []}
    return FlowFact(available=True, graph=graph)


def test_a_whole_page():
    assert MarkdownReporter().render(mixed()) == GOLDEN


def test_a_submission_alone_has_no_statistics_and_its_flow():
    page = MarkdownReporter().render(report(wrong_result(flow=drawn())))
    head, _, rest = page.partition("\n### ")
    assert head == (
        "## 1 submission: 1 wrong_answer\n\n| submission | verdict | score | findings |\n|---|---|---:|---|\n"
        "| ada.py | wrong_answer | 0.25 |  |\n"
    )
    assert "\n\n```mermaid\nflowchart LR\n  subgraph forward\n" in rest
    assert rest.index("```mermaid") < rest.index("<details>")
    assert "mermaid" not in MarkdownReporter().render(report(wrong_result(flow=drawn()), result()))


def test_a_message_that_is_a_findings_is_not_said_twice():
    found = finding(line=None)
    page = MarkdownReporter().render(report(wrong_result(message=f"x: {found.message}", findings=(found,))))
    assert page.count("still carries the factor") == 1


def test_several_submissions_of_one_name_have_their_folders_before_it():
    names = ("submissions/demo/ada.py", "submissions/other/ada.py", "submissions/demo/bob.py")
    page = MarkdownReporter().render(report(*(result(submission=name) for name in names)))
    assert re.findall(r"^\| (\S+\.py) \|", page, re.MULTILINE) == ["demo/ada.py", "other/ada.py", "bob.py"]


def test_very_many_cases_are_cut_in_a_row():
    one = wrong_result(cases=(case(), *(wrong_case(str(number)) for number in range(99))))
    page = MarkdownReporter().render(report(one, result()))
    assert f"| ✓{'✗' * (SHOWN_SIGNS - 1)}... |" in page


@pytest.mark.parametrize("of", [*every(), report(wrong_result(flow=drawn()))])
def test_a_page_has_no_elements_but_ours(of: Report):
    ours = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "strong"}
    assert {tag.strip("/") for tag in structure(of)} <= ours | {"details", "summary"}


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_changes_the_structure_of_the_page(text: str):
    assert shape(hostile(text)) == shape(hostile("harmless"))


@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_any_text_leaves_the_structure_of_the_page_alone(text: str):
    assert shape(hostile(f"x{text}")) == shape(hostile("harmless"))


@given(st.text(st.characters()))
def test_no_name_in_a_flow_leaves_its_block(name: str):
    assert shape(report(wrong_result(flow=drawn(name)))) == shape(report(wrong_result(flow=drawn())))


def size(page: str) -> int:
    return len(page.encode())


@pytest.mark.more
def test_a_page_that_would_be_too_long_leaves_details_out_and_says_so():
    page = MarkdownReporter().render(many(3000))
    assert LIMIT * 0.9 < size(page) < LIMIT
    assert page.count("\n| learner-") == 3000
    left = re.search(r"\nDetails of (\d+) more submissions don't fit here\.\n$", page)
    assert left is not None
    assert page.count("\n### ") + int(left[1]) == 3000


def test_a_page_whose_table_would_be_too_long_leaves_rows_out_and_says_so():
    name = "n" * 1000
    page = MarkdownReporter().render(report(*(result(submission=f"{name}{n}.py") for n in range(2000))))
    assert size(page) < LIMIT
    left = re.search(r"\n(\d+) more submissions are not in this table\.\n", page)
    assert left is not None
    assert page.count(f"\n| {name}") + int(left[1]) == 2000


@pytest.mark.more
def test_one_submission_with_everything_printed_fits():
    capture: Any = Capture(stdout="`é" * (1 << 19), stderr="\x1b\n" * (1 << 19))
    assert size(MarkdownReporter().render(report(wrong_result(capture=capture)))) < LIMIT // 10


def test_an_accepted_submission_alone_is_told_in_full():
    page = MarkdownReporter().render(report(result()))
    assert "### submissions/demo/ada.py: accepted" in page
    assert "| generic | ✓ accepted | 0 | 0.20 s |" in page

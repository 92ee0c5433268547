import re
from typing import Any

import pytest
from cmarkgfm import github_flavored_markdown_to_html as html_of
from hypothesis import given
from hypothesis import strategies as st

from judge.evidence import Capture
from judge.report import Report
from judge.reporters.markdown import LIMIT, MarkdownReporter
from reporters.reports import report, result, wrong_result
from reporters.samples import HOSTILE, every, hostile, many, mixed

GOLDEN = """\
## 3 submissions: 1 accepted, 1 wrong_answer, 1 invalid

| submission | verdict | score | findings |
|---|---|---:|---|
| submissions/demo/ada.py | wrong_answer | 0.25 | full-precision-loss, unscaled-grads |
| submissions/demo/bob.py | invalid | 0.00 |  |
| submissions/demo/cyd.py | accepted | 1.00 |  |

### submissions/demo/ada.py: wrong_answer

case scaled: expected 1.32031, got 812: off by 39,299 tolerances

| case | verdict | error (tolerances) | time |
|---|---|---:|---:|
| generic | accepted | 0 | 0.20 s |
| scaled | wrong_answer | 39,299 | 0.20 s |
| secret | wrong_answer | hidden | - |

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

Printed to stdout:

```
| hello
```

### submissions/demo/bob.py: invalid

line 3: expected ':'

`SyntaxError`, line 3:

```
expected ':'
```
"""


def structure(of: Report) -> list[str]:
    return re.findall(r"<(/?[a-z][a-z0-9]*)", html_of(MarkdownReporter().render(of)))


def shape(of: Report) -> list[str]:
    """Tags without code spans, which `@` becomes, and without what an empty text leaves out."""
    return [tag for tag in structure(of) if tag.strip("/") != "code"]


def test_a_whole_page():
    assert MarkdownReporter().render(mixed()) == GOLDEN


@pytest.mark.parametrize("of", every())
def test_a_page_has_no_elements_but_ours(of: Report):
    ours = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "strong"}
    assert {tag.strip("/") for tag in structure(of)} <= ours


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_no_text_changes_the_structure_of_the_page(text: str):
    assert shape(hostile(text)) == shape(hostile("harmless"))


@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_any_text_leaves_the_structure_of_the_page_alone(text: str):
    assert shape(hostile(f"x{text}")) == shape(hostile("harmless"))


def size(page: str) -> int:
    return len(page.encode())


def test_a_page_that_would_be_too_long_leaves_details_out_and_says_so():
    page = MarkdownReporter().render(many(3000))
    assert LIMIT * 0.9 < size(page) < LIMIT
    assert page.count("| submissions/demo/learner-") == 3000
    left = re.search(r"\nDetails of (\d+) more submissions don't fit here\.\n$", page)
    assert left is not None
    assert page.count("\n### ") + int(left[1]) == 3000


def test_a_page_whose_table_would_be_too_long_leaves_rows_out_and_says_so():
    name = "n" * 1000
    page = MarkdownReporter().render(report(*(result(submission=f"{name}{n}.py") for n in range(2000))))
    assert size(page) < LIMIT
    left = re.search(r"\n(\d+) more submissions are not in this table\.\n", page)
    assert left is not None
    assert page.count(f"| {name}") + int(left[1]) == 2000


def test_one_submission_with_everything_printed_fits():
    capture: Any = Capture(stdout="`é" * (1 << 19), stderr="\x1b\n" * (1 << 19))
    assert size(MarkdownReporter().render(report(wrong_result(capture=capture)))) < LIMIT // 10


def test_an_accepted_submission_alone_is_told_in_full():
    page = MarkdownReporter().render(report(result()))
    assert "### submissions/demo/ada.py: accepted" in page
    assert "| generic | accepted | 0 | 0.20 s |" in page

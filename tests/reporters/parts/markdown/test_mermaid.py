import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.pages.words import dtype_kind
from judge.reporters.parts.markdown.mermaid import MOST_ARROWS, MOST_BOXES, flowchart, quoted
from reporters.samples import HOSTILE

LABEL = re.compile(r"(?:[A-Za-z0-9 ,()_]|#[0-9]+;)*")
BOX = re.compile(r'    n[0-9]+\["[^"\[\]{}|<>`\n]*(?:<br/>[^"\[\]{}|<>`\n]*)*"\]')
OTHERS = re.compile(
    r"flowchart LR|  subgraph [a-z]+|    direction TB|    n[0-9]+ (?:-->|==>) n[0-9]+|  end"
    r"|  [a-z]+ --> [a-z]+|  classDef [a-z0-9]+ [a-z0-9:#, -]+|  class [n0-9,]+ [a-z0-9]+"
)


def node(number: int, name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": number, "name": name, "kind": "role", "operation": "mul", "phase": "forward",
        "dtype": "bfloat16", "inside": [], "shape": [8, 2], "scale": "0", "line": 10 + number, "column": 1,
        "end_line": 10 + number, "end_column": 2, "count": 1, "values": None, "findings": [], **fields,
    }  # fmt: skip


def graph(nodes: list[dict[str, Any]], edges: list[list[int]], **fields: Any) -> dict[str, Any]:
    return {"available": True, "reason": None, "operations": 9, "nodes": nodes, "edges": edges, **fields}


STEP = graph(
    [
        node(0, "x", kind="input", phase="input", dtype="float32", line=None),
        node(1, "compute copy"),
        node(2, "prediction", dtype="float32", findings=["uncast-inputs"]),
        node(3, "mean", kind="operation", inside=["float32"]),
        node(4, "backward of mean", phase="backward", line=None),
        node(5, "new parameters", phase="update", dtype="int32"),
        node(6, "half", phase="update", dtype="float16"),
    ],
    [[0, 2], [1, 2], [2, 3], [1, 3], [3, 4], [4, 5]],
)
DRAWN = """\
flowchart LR
  subgraph forward
    direction TB
    n0["compute copy<br/>bf16, line 11"]
    n1["prediction<br/>fp32, line 12<br/>with x (fp32)<br/>! uncast#45;inputs"]
    n2["mean<br/>bf16, line 13<br/>inside: fp32"]
    n0 ==> n1
    n1 ==> n2
    n0 --> n2
  end
  subgraph backward
    direction TB
    n3["backward of mean<br/>bf16<br/>with mean (bf16)"]
  end
  subgraph update
    direction TB
    n4["new parameters<br/>int32, line 15<br/>with backward of mean (bf16)"]
    n5["half<br/>fp16, line 16"]
  end
  forward --> backward
  backward --> update
  classDef bf16 fill:#e0effb,color:#1b2027,stroke:#0a58a0
  class n0,n2,n3 bf16
  classDef fp16 fill:#f6e4f7,color:#1b2027,stroke:#84268a,stroke-dasharray:2 3
  class n5 fp16
  classDef fp32 fill:#fdebdc,color:#1b2027,stroke:#8a3e00,stroke-dasharray:8 4
  class n1 fp32
  classDef other fill:#dcf3f0,color:#1b2027,stroke:#0d6058
  class n4 other
  classDef finding stroke:#b3231b,stroke-width:4px
  class n1 finding"""


def test_a_whole_step():
    assert flowchart(STEP) == DRAWN.splitlines()


def test_nothing_is_drawn_of_a_flow_that_could_not_be_read_or_is_empty():
    assert flowchart(graph([], [], available=False, reason="too strange")) == []
    assert flowchart(graph([], [])) == []
    assert flowchart(graph([node(0, "x", kind="input", phase="input")], [])) == []


def test_a_flow_that_is_too_large_is_not_drawn():
    boxes = [node(number, "x") for number in range(MOST_BOXES + 1)]
    assert flowchart(graph(boxes[:-1], [])) != []
    assert flowchart(graph(boxes, [])) == []
    assert flowchart(graph(boxes[:2], [[0, 1]] * (MOST_ARROWS + 1))) == []


def test_names_can_be_read():
    assert quoted("with loss_scale (fp32)") == "with loss_scale (fp32)"
    assert quoted("x" * 99) == f"{'x' * 37}#46;#46;#46;"


def test_marks_of_formulas_icons_and_emphasis_mean_nothing():
    assert quoted("$x$ fa:fa-car __x__") == "#92;x24x#92;x24 fa#92;x3afa#45;car #95;#95;x#95;#95;"


@pytest.mark.parametrize(
    "text", [*HOSTILE, "end", '"] click n0', "`**b**`", "%%{init: {}}%%", "@{shape: x}", "ﬂ°°6¶ß"]
)
def test_a_hostile_name_stays_in_its_label(text: str):
    assert LABEL.fullmatch(quoted(text))


def two(text: str) -> dict[str, Any]:
    return graph([node(0, text, dtype=text, findings=[text], inside=[text]), node(1, text)], [[0, 1]])


@given(st.text(st.characters()).filter(lambda text: dtype_kind(text) == dtype_kind("harmless")))
def test_any_name_dtype_or_finding_leaves_the_chart_as_it_is(text: str):
    lines = flowchart(two(text))
    assert len(lines) == len(flowchart(two("harmless")))
    assert [line for line in lines if not BOX.fullmatch(line) and not OTHERS.fullmatch(line)] == []

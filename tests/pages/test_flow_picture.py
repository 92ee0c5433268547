"""The picture of a flow: a box says its dtype in words and leads to its line; a learner's names stay text."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from traced import ROOT, flow_of

from judge.flow.graph import graph
from judge.pages.flow_picture import STYLE, flow_picture, legend
from judge.pages.style import COLOURS

LESSON = (ROOT / "submissions/mixed_precision_step/examples/accepted/lesson_recipe.py").read_text()


def drawn(found: dict[str, Any], prefix: str = "") -> ET.Element:
    return ET.fromstring(str(flow_picture(found, prefix=prefix)))


def node(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "id": number, "name": f"value {number}", "kind": "role", "operation": "mul", "phase": "forward",
        "dtype": "float32", "inside": [], "shape": [8, 2], "scale": "0", "line": 3, "column": 1,
        "end_line": 3, "end_column": 9, "count": 1, "values": None, "findings": [],
    } | changed  # fmt: skip


def of(*nodes: dict[str, Any], edges: list[list[int]] | None = None) -> dict[str, Any]:
    return {"available": True, "reason": None, "operations": 40, "nodes": list(nodes), "edges": edges or []}


def texts(picture: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in picture.iter("text")]


def test_every_box_of_the_lesson_is_there_with_its_dtype_in_words_and_leads_to_its_line():
    found = graph(flow_of(LESSON), LESSON)
    picture = drawn(found, "s7-")
    boxes = [item for item in picture.iter("a") if item.get("class") == "box"]
    shown = [one for one in found["nodes"] if one["phase"] != "input"]
    assert sorted(str(box.get("href")) for box in boxes) == sorted(f"#s7-L{one['line']}" for one in shown)
    dtypes = sorted(texts(box)[1].partition(" ")[0] for box in boxes)
    assert dtypes == sorted({"bfloat16": "bf16", "float32": "fp32"}[one["dtype"]] for one in shown)


def test_a_box_says_all_that_is_known_of_it():
    values = {"min": 1e-4, "median": 0.5, "max": 2.0, "zeros": 0, "non_finite": 0}
    one = node(
        1, name="mean", dtype="bfloat16", inside=["float32"], shape=[], scale="1", count=2, values=values,
        findings=["uncast-inputs"],
    )  # fmt: skip
    x = node(0, name="x", phase="input", line=None)
    picture = drawn(of(x, one, edges=[[0, 1]]))
    assert "".join(next(iter(picture.iter("a"))).find("title").itertext()) == (  # type: ignore[union-attr]
        "mean: bfloat16, 2 arrays, the largest one number; computed in float32 inside; carries the loss "
        "scale to the power of 1; |value| from 0.0001 to 2, median 0.5; with x; finding: uncast-inputs; "
        "line 3"
    )
    assert texts(picture) == ["forward, differentiated", "mean", "bf16 · line 3", "inside fp32", "!"]


def test_one_number_is_told_once():
    values = {"min": 2.0, "median": 2.0, "max": 2.0, "zeros": 0, "non_finite": 0}
    [_, title, *_] = (item.text for item in drawn(of(node(0, values=values))).iter("title"))
    assert "; |value| 2; " in title


def test_an_arrow_is_thick_where_the_dtype_changes():
    half = node(2, dtype="bfloat16")
    picture = drawn(of(node(0), node(1), half, edges=[[0, 1], [1, 2]]))
    assert [path.get("class") for path in picture.iter("path")] == [
        "arrow", "head", "arrow changes", "head changes",
    ]  # fmt: skip


def test_a_name_of_the_learners_stays_text_and_fits():
    name = "</svg><script>alert(1)</script>\u202e" + "x" * 200
    picture = drawn(of(node(0, name=name)))
    assert {item.tag for item in picture.iter()} == {"svg", "title", "rect", "g", "text", "a", "tspan"}
    assert all(len(text) <= 40 for text in texts(picture))


def test_there_is_no_picture_of_what_is_not_available():
    assert flow_picture({"available": False, "reason": "it is too large", "nodes": [], "edges": []}) is None


def test_the_legend_says_how_much_is_shown():
    assert legend(of(node(0))).endswith("1 boxes stand for 40 operations.")


def test_the_style_names_colours_of_the_pages_only():
    assert set(re.findall(r"var\(--([\w-]+)\)", STYLE)) <= set(COLOURS)
    assert "#" not in STYLE

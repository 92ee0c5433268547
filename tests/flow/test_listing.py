from styles_of_flow import RIGHT
from traced import diagnosed, flow_of

from judge.flow import unavailable
from judge.flow.listing import listing, render

WRONG = RIGHT.replace("half(x.astype(jnp.bfloat16))", "half(x)")


def test_each_line_says_what_it_computes_in():
    facts = listing(flow_of(RIGHT), RIGHT)
    lines = {item.pop("line"): item for item in facts["lines"]}
    assert lines[10] == {
        "forward": ["bfloat16"],
        "backward": ["bfloat16"],
        "update": [],
        "returned": ["bfloat16"],
        "casts": ["float32 to bfloat16"],
        "roles": ["prediction"],
        "findings": [],
    }
    assert lines[9]["roles"] == ["compute copy"]
    assert lines[16]["roles"] == ["master parameters"]
    assert lines[20]["update"] == ["float32"]


def test_a_finding_stands_under_its_line():
    findings = diagnosed(WRONG)
    text = render(listing(flow_of(WRONG), WRONG, findings), WRONG, findings)
    assert (
        """\
  10 |     pred = half(x)
     |     ~ forward f32, backward f32, returned f32, cast bf16 to f32 (prediction)
     |            ^^^^^^^
     = error[uncast-inputs]: `pred` is float32 here because `x` was not cast to bfloat16
     = help: cast it where the parameters are cast: `x.astype(jnp.bfloat16)`
"""
        in text
    )


def test_sizes_of_the_values_are_listed_where_they_were_measured():
    facts = listing(flow_of(RIGHT, values=True), RIGHT)
    assert list(facts["values"]) == [
        "master parameters",
        "compute copy",
        "prediction",
        "error",
        "raw gradients",
        "update",
        "new parameters",
        "returned loss",
    ]
    assert "raw gradients" in render(facts, RIGHT)
    assert facts["values"]["master parameters"]["zeros"] == 7, "the bias is among them"
    largest = {role: one["max"] for role, one in facts["values"].items()}
    assert largest["new parameters"] > largest["update"] * 4, "of the kernel, not of what comes last"


def test_a_flow_that_is_not_available_says_why():
    facts = listing(unavailable("too strange"), RIGHT)
    assert facts == {"available": False, "reason": "too strange", "lines": [], "values": {}}
    assert render(facts, RIGHT) == "The program's flow is not available: too strange.\n"


def test_a_mean_that_the_library_adds_up_in_float32_is_half_precision_on_its_line():
    number = next(at for at, line in enumerate(WRONG.splitlines(), 1) if "jnp.mean" in line)
    fixed = WRONG.replace("pred = half(x)", "pred = half(x.astype(jnp.bfloat16))")
    told = {item["line"]: item for item in listing(flow_of(fixed), fixed)["lines"]}
    assert told[number]["forward"] == ["bfloat16"]

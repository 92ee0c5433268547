"""The flow as boxes and arrows: what is one box, what has none, what feeds what."""

from pathlib import Path
from typing import Any

import pytest
from traced import ROOT, flow_of

from judge.finding import EvidenceKind, Finding, Severity
from judge.flow import unavailable
from judge.flow.graph import MOST_BOXES, graph
from judge.flow.training_step import MOVES

EXAMPLES = ROOT / "submissions"
LESSON = """\
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, params = nnx.split(model, nnx.Param)

    def loss_fn(params):
        half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        pred = nnx.merge(graphdef, half)(x.astype(jnp.bfloat16))
        error = pred - y.astype(jnp.bfloat16)
        return jnp.mean(error**2)

    def scaled(params):
        return loss_fn(params).astype(jnp.float32) * loss_scale

    grads = jax.tree.map(lambda g: g / loss_scale, jax.grad(scaled)(params))
    params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    return loss_fn(params).astype(jnp.float32).reshape(1)
"""
DRAWN = """\
input    | x                       | float32            | s0 | x1 |
input    | y                       | float32            | s0 | x1 |
input    | lr                      | float32            | s0 | x1 |
input    | loss_scale              | float32            | s1 | x1 |
forward  | master parameters       | float32            | s0 | x2 | line 7
forward  | compute copy            | bfloat16           | s0 | x2 | line 11
forward  | x cast                  | bfloat16           | s0 | x1 | line 12
forward  | prediction              | bfloat16           | s0 | x1 | line 12
forward  | y cast                  | bfloat16           | s0 | x1 | line 13
forward  | error                   | bfloat16           | s0 | x1 | line 13
forward  | squares                 | bfloat16           | s0 | x1 | line 14
forward  | mean                    | bfloat16 (float32) | s0 | x1 | line 14
forward  | mean cast               | float32            | s0 | x1 | line 17
forward  | scaled loss             | float32            | s1 | x1 | line 17
backward | backward of scaled loss | float32            | s1 | x1 | line 17
backward | backward of mean cast   | bfloat16           | s1 | x1 | line 17
backward | backward of mean        | bfloat16 (float32) | s1 | x1 | line 14
backward | backward of squares     | bfloat16           | s1 | x1 | line 14
backward | backward of prediction  | bfloat16           | s1 | x1 | line 12
backward | raw gradients           | float32            | s1 | x2 | line 11
update   | unscaled gradients      | float32            | s0 | x2 | line 19
update   | increment               | float32            | s0 | x2 | line 20
update   | new parameters          | float32            | s0 | x2 | line 20
returned | compute copy            | bfloat16           | s0 | x2 | line 11
returned | x cast                  | bfloat16           | s0 | x1 | line 12
returned | prediction              | bfloat16           | s0 | x1 | line 12
returned | y cast                  | bfloat16           | s0 | x1 | line 13
returned | error                   | bfloat16           | s0 | x1 | line 13
returned | squares                 | bfloat16           | s0 | x1 | line 14
returned | mean                    | bfloat16 (float32) | s0 | x1 | line 14
returned | returned loss           | float32            | s0 | x1 | line 21
"""
FED = {
    "forward/compute copy": {"forward/master parameters"},
    "forward/prediction": {"forward/compute copy", "forward/x cast"},
    "forward/error": {"forward/prediction", "forward/y cast"},
    "forward/scaled loss": {"forward/mean cast", "input/loss_scale"},
    "backward/backward of scaled loss": {"forward/scaled loss", "input/loss_scale"},
    "backward/backward of squares": {"backward/backward of mean", "forward/squares"},
    "backward/backward of prediction": {"backward/backward of squares", "forward/x cast"},
    "update/unscaled gradients": {"backward/raw gradients", "input/loss_scale"},
    "update/increment": {"update/unscaled gradients", "input/lr"},
    "update/new parameters": {"update/increment", "forward/master parameters"},
    "returned/compute copy": {"update/new parameters"},
    "returned/x cast": {"input/x"},
    "returned/returned loss": {"returned/mean"},
}


def drawn(source: str, *, values: bool = False, findings: tuple[Finding, ...] = ()) -> dict[str, Any]:
    return graph(flow_of(source, values=values), source, findings)


def sample(path: str) -> str:
    return (EXAMPLES / path).read_text(encoding="utf-8")


def rows(found: dict[str, Any]) -> str:
    return "".join(f"{_row(node)}\n" for node in found["nodes"])


def _row(node: dict[str, Any]) -> str:
    line = "" if node["line"] is None else f" line {node['line']}"
    about = (f"{node['phase']:8}", f"{node['name']:23}", f"{_dtypes(node):18}", f"s{node['scale']}")
    return f"{' | '.join(about)} | x{node['count']} |{line}"


def _dtypes(node: dict[str, Any]) -> str:
    return f"{node['dtype']}{' (' + ', '.join(node['inside']) + ')' if node['inside'] else ''}"


def fed(found: dict[str, Any], name: str) -> set[str]:
    names = [f"{node['phase']}/{node['name']}" for node in found["nodes"]]
    return {names[start] for start, end in found["edges"] if names[end] == name}


def test_the_lesson_is_drawn_as_a_person_would_draw_it():
    found = drawn(LESSON)
    assert rows(found) == DRAWN
    assert {name: fed(found, name) for name in FED} == FED
    assert (found["available"], found["reason"]) == (True, None)
    assert found["operations"] > 3 * len(found["nodes"])


def test_a_cast_beside_what_its_call_computes_is_not_called_what_that_is_assigned_to():
    wide = LESSON.replace("error = pred - y", "half_y = y").replace(
        "return jnp.mean(error**2)",
        "err = pred.astype(jnp.float32) - half_y\n        return jnp.mean(err**2)",
    )
    found = drawn(wide)["nodes"]
    named = {(node["phase"], node["name"]) for node in found if node["line"] == 14}
    assert ("forward", "half_y cast") in named
    assert ("forward", "err") not in named


def test_what_is_printed_in_the_loss_changes_nothing():
    printing = LESSON.replace(
        "        return jnp.mean(", "        jax.debug.print('{e}', e=error); return jnp.mean("
    )
    assert rows(drawn(printing)) == DRAWN


def test_a_box_has_its_place_in_characters():
    source = LESSON.replace("error = pred -", "größe = 0; error = pred -")
    node = next(node for node in drawn(source)["nodes"] if node["name"] == "error")
    line = source.splitlines()[node["line"] - 1]
    assert line[node["column"] - 1 : node["end_column"] - 1] == "pred - y.astype(jnp.bfloat16)"


def test_sizes_of_values_are_those_of_all_leaves_where_they_were_measured():
    assert all(node["values"] is None for node in drawn(LESSON)["nodes"])
    nodes = {f"{node['phase']}/{node['name']}": node for node in drawn(LESSON, values=True)["nodes"]}
    masters = nodes["forward/master parameters"]["values"]
    assert (masters["min"], masters["zeros"]) == (0.0, 7.0), "the bias is nothing but zeros"
    assert nodes["backward/raw gradients"]["values"]["max"] > 100 * nodes["update/increment"]["values"]["max"]


def test_parts_of_a_batch_share_their_boxes():
    found = drawn(sample("accumulated_step/examples/accepted/lesson_recipe.py"))
    counts = {(node["phase"], node["name"]): node["count"] for node in found["nodes"]}
    assert counts["forward", "prediction"] == 3
    assert counts["forward", "compute copy"] == 6, "kernel and bias, three times"
    assert counts["returned", "prediction"] == 1


def test_an_update_in_a_loop_leads_back():
    found = drawn(sample("accumulated_step/examples/wrong_answer/update_in_the_loop.py"))
    names = [node["name"] for node in found["nodes"]]
    back = {(names[start], names[end]) for start, end in found["edges"] if start > end}
    assert back == {("new parameters", "compute copy")}


def test_what_a_check_of_overflows_decides_is_drawn():
    found = drawn(sample("dynamic_loss_scale_step/examples/accepted/chosen_leaf_by_leaf.py"))
    assert fed(found, "update/resulting parameters") == {
        "forward/master parameters",
        "update/finite",
        "update/new parameters",
    }
    assert fed(found, "update/new_scale") == {"input/loss_scale", "update/finite"}


def test_several_things_that_one_call_casts_are_boxes_of_their_own():
    found = drawn(sample("dynamic_loss_scale_step/examples/accepted/compiled_as_a_whole.py"))
    assert {"compute copy", "x cast", "y cast"} <= {
        node["name"] for node in found["nodes"] if node["line"] == 11
    }


@pytest.mark.more
@pytest.mark.parametrize(
    "path",
    [path for path in sorted(EXAMPLES.glob("*_step/examples/accepted/*.py")) if "layer" not in str(path)],
    ids=lambda path: path.stem,
)
def test_each_right_sample_has_a_picture_without_bare_moves(path: Path):
    source = path.read_text(encoding="utf-8")
    flow = flow_of(source)
    found = graph(flow, source)
    if flow.passes is None:
        pytest.skip(str(flow.reason))
    assert found["available"], found["reason"]
    moves = MOVES - {"convert_element_type", "reduce_precision", "select_n"}
    assert [node["name"] for node in found["nodes"] if node["operation"] in moves] == []
    known = flow.passes.program.maker(flow.passes.returned) is not None  # or else the host put it together
    due = {"master parameters", "new parameters"} | ({"returned loss"} if known else set())
    assert due <= {node["name"] for node in found["nodes"]}
    reached = {number for edge in found["edges"] for number in edge}
    assert reached == set(range(len(found["nodes"])))


def test_a_program_of_too_many_calls_is_no_picture_and_says_so():
    added = "".join(f"        pred = pred + {number} * pred\n" for number in range(1, 40))
    source = LESSON.replace("        error =", added + "        error =")
    found = drawn(source)
    assert (found["available"], found["nodes"], found["edges"]) == (False, [], [])
    assert found["reason"].endswith(f"boxes, more than {MOST_BOXES}")


def test_a_flow_that_could_not_be_read_says_why():
    assert graph(unavailable("it left JAX"), LESSON)["reason"] == "it left JAX"


def test_a_program_without_parameters_has_no_picture():
    entry = "def mixed_precision_step(seed, x, y, lr, loss_scale):\n    return jnp.zeros(1)\n"
    assert (
        drawn(f"import jax.numpy as jnp\n\n{entry}")["reason"]
        == "no parameters that are trained were found in the program"
    )


def at(line: int | None, operand: int | None = None) -> Finding:
    return Finding(
        pitfall="uncast-targets",
        severity=Severity.ERROR,
        message="",
        help="",
        evidence=EvidenceKind.FLOW,
        line=line,
        end_line=line,
        operand=operand,
    )


def marked(*findings: Finding) -> list[tuple[str, str]]:
    found = drawn(LESSON, findings=findings)["nodes"]
    return [(node["phase"], node["name"]) for node in found if node["findings"]]


def test_a_finding_is_marked_where_its_value_is_made_whatever_line_it_names():
    passes = flow_of(LESSON).passes
    assert passes is not None
    first, last = passes.errors[0].step.results[0], passes.errors[-1].step.results[0]
    assert marked(at(7, first)) == [("forward", "error")]
    assert marked(at(13, last)) == [("returned", "error")]


def test_a_finding_without_a_value_is_marked_at_its_line():
    assert marked(at(20)) == [("update", "new parameters")]
    assert marked(at(7)) == [("forward", "master parameters")]


def test_a_value_without_a_box_is_marked_where_it_is_taken():
    added = LESSON.replace("g / loss_scale", "jnp.zeros(g.shape, jnp.float16) + g / loss_scale")
    assert added != LESSON
    passes = flow_of(added).passes
    assert passes is not None
    zeros = next(
        step.results[0]
        for step in passes.program.steps
        if step.op == "broadcast_in_dim" and passes.fact(step.results[0]).dtype == "float16"
    )
    nodes = drawn(added, findings=(at(None, zeros),))["nodes"]
    (node,) = (node for node in nodes if node["findings"])
    assert (node["phase"], node["name"], node["line"]) == ("update", "add", 19)


def test_a_finding_of_no_line_and_no_box_has_no_mark():
    assert marked(at(None)) == []
    assert marked(at(1)) == []

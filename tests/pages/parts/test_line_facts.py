"""What a line computes in."""

import htpy

from judge.pages.parts.line_facts import legend, line_facts
from pages.flows import line


def test_a_dtype_has_one_chip_for_all_phases_and_a_cast_one_of_its_own():
    facts = line(
        3,
        forward=["bfloat16"],
        backward=["bfloat16", "float32"],
        casts=["float32 to float16"],
        roles=["a", "b"],
    )
    assert list(map(str, line_facts(facts))) == [
        '<span class="role">a, b</span>',
        '<span class="dtype bf16" title="forward, backward: bfloat16"><b>FB</b> bf16</span>',
        '<span class="dtype fp32" title="backward: float32"><b>B</b> fp32</span>',
        '<span class="dtype fp16" title="cast from float32 to float16">fp32 → fp16</span>',
    ]


def test_a_line_of_which_only_findings_are_known_has_no_chip():
    assert list(line_facts(line(3, findings=["x"]))) == []


def test_the_letters_are_explained():
    assert str(htpy.p[legend()]) == (
        "<p>What a line computes in: <b>F</b> forward, <b>B</b> backward, <b>U</b> update, "
        "<b>R</b> returned loss; an arrow is a cast.</p>"
    )

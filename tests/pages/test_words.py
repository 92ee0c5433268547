"""What every page says in the same way."""

import htpy
import pytest
from reporters.reports import case, hidden_case, result, wrong_case, wrong_result

from judge.pages.words import badge, dtype_kind, name, passing, prose, score, short_dtype, sign
from judge.verdict import Verdict

SHARED_SIGN = "\N{BALLOT X}"


def test_a_verdict_has_sign_word_and_colour():
    assert str(badge(Verdict.WRONG_ANSWER)) == (
        '<span class="verdict bad"><span aria-hidden="true">✗ </span>wrong_answer</span>'
    )


def test_only_verdicts_that_failed_through_the_learner_share_a_sign():
    signs = [sign(verdict) for verdict in Verdict]
    assert {sign for sign in signs if signs.count(sign) > 1} == {SHARED_SIGN}
    assert {verdict for verdict in Verdict if sign(verdict) != SHARED_SIGN} == {
        Verdict.ACCEPTED, Verdict.PITFALL, Verdict.JUDGE_ERROR,
    }  # fmt: skip


def test_a_score_says_when_it_is_none():
    assert score(wrong_result()) == "0.25"
    assert score(result(score=None)) == "no score"
    assert score(result(cases_total=3)) == "1.00 (1 of 3 cases: not a grade)"


def test_cases_that_pass_are_counted_with_the_hidden_ones():
    assert passing(wrong_result(cases=(case(), wrong_case(), hidden_case()))) == "1 of 3 cases pass"
    assert passing(result(cases=())) == ""


@pytest.mark.parametrize(
    ("path", "told"), [("submissions/demo/ada.py", "ada.py"), ("ada.py", "ada.py"), ("odd/", "odd/")]
)
def test_a_submission_is_called_by_its_file(path: str, told: str):
    assert name(path) == told


def test_code_of_a_sentence_is_between_backticks():
    written = str(htpy.p[prose("`x` isn't <cast>, \x1b`y<z`")])
    assert written == "<p><code>x</code> isn&#39;t &lt;cast&gt;, \\x1b<code>y&lt;z</code></p>"


def test_dtypes_have_short_names_and_a_class_each():
    assert [(short_dtype(one), dtype_kind(one)) for one in ("bfloat16", "float16", "float32", "float64")] == [
        ("bf16", "bf16"), ("fp16", "fp16"), ("fp32", "fp32"), ("fp64", "other"),
    ]  # fmt: skip

import ast

import pytest
from traced import problem

from matrix.cells import pairs, reason_against, right, sample, singles, some_pairs
from matrix.mistakes import MISTAKES
from matrix.templates import RARE, RIGHT, Style, styles, written


def a_style(*program: str) -> Style:
    return Style(name="one", program=program, slots=frozenset({"unscale", "stored"}), without={}, but={})


def test_a_slot_holds_what_is_right_unless_it_is_filled():
    style = a_style("g = «unscale»", "h = «unscale: h; self.scale»", "k = «unscale: k | k * inverse»")
    assert written(style, {}).text == "g = g / loss_scale\nh = h / self.scale\nk = k * inverse\n"
    assert written(style, {"unscale": "{0}"}).text == "g = g\nh = h\nk = k\n"


def test_tags_are_cut_off_and_lines_are_counted_without_those_left_out():
    style = a_style("«stored: store(HALF) | »", "new = old  #@ update final")
    assert written(style, {}).text == "new = old\n"
    assert written(style, {}).lines == {"update": {1}, "final": {1}}
    stored = written(style, {"stored": "{0}"}, half="jnp.float16")
    assert (stored.text, stored.lines["update"]) == ("store(jnp.float16)\nnew = old\n", {2})


@pytest.mark.parametrize("style", styles().values(), ids=lambda style: style.name)
def test_a_style_has_each_slot_or_says_why_not(style):
    reasons = set(style.without) | {f"{slot}.final" for slot in style.without}
    assert set(RIGHT) - RARE - style.slots - reasons == set()
    assert style.slots & set(style.without) == set()
    assert style.slots - set(RIGHT) == set()
    assert set(style.without) - set(RIGHT) == set()


@pytest.mark.parametrize("style", styles().values(), ids=lambda style: style.name)
def test_an_exception_names_a_mistake_that_could_be_made_otherwise(style):
    for name in style.but:
        assert reason_against(style, name) == style.but[name]


def test_a_style_without_a_form_is_refused(tmp_path, monkeypatch):
    (tmp_path / "odd.txt").write_text("Odd.\nwithout: nothing\n---\npass\n")
    monkeypatch.setattr("matrix.templates.STYLES", tmp_path)
    with pytest.raises(ValueError, match=r"odd\.txt: 'without: nothing' is neither"):
        styles.__wrapped__()


def test_every_pitfall_of_the_catalogue_is_made_in_three_styles_and_every_style_makes_three():
    made = {(name, cell.style) for cell in singles() for name in MISTAKES[cell.mistakes[0]].ids[:1]}
    sampled = {(name, cell.style) for cell in sample() for name in MISTAKES[cell.mistakes[0]].ids[:1]}
    assert {name for name, _ in made} == set(problem().pitfalls)
    for name in problem().pitfalls:
        assert len({style for one, style in sampled if one == name}) >= 3, name
    for style in styles():
        assert len({name for name, one in sampled if one == style}) >= 3, style


def test_every_mistake_is_made_in_some_style():
    assert {name for cell in singles() for name in cell.mistakes} == set(MISTAKES)


def test_all_submissions_are_python_and_no_two_are_alike():
    texts = [cell.written().text for cell in (*right(), *singles(), *some_pairs(100))]
    assert len(set(texts)) == len(texts)
    for text in texts:
        ast.parse(text)


def test_a_pair_is_of_two_ids_and_no_slot_twice():
    assert len(pairs()) > 1000
    for cell in some_pairs(100):
        one, other = (MISTAKES[name] for name in cell.mistakes)
        assert not set(one.ids) & set(other.ids)
        assert one.area != other.area

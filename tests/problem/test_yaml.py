import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from judge.errors import Fault, ProblemError
from judge.problem.yaml import parse_document, read_document, resolve


def faults_of(text: str) -> tuple[Fault, ...]:
    """The faults of a text, whether or not a document came out of it."""
    try:
        document = parse_document(text, "a.yaml")
    except ProblemError as error:
        return error.faults
    return tuple(fault for _, fault in document.faults)


def said_of(text: str) -> list[str]:
    return [str(fault) for fault in faults_of(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(null, None) for null in ("", "~", "null", "Null", "NULL")],
        *[(yes, True) for yes in ("true", "True", "TRUE")],
        *[(no, False) for no in ("false", "False", "FALSE")],
        *[(text, text) for text in ("yes", "no", "on", "off", "y", "nULL", "tRUE", "0b11", "1_000", "12:30")],
        *[
            (text, text)
            for text in ("1e", ".", "+", "0x", "0o8", "-0x1", "٣", "2001-01-01", "<<", "=", "inf")
        ],
        *[("0", 0), ("-12", -12), ("+3", 3), ("017", 17), ("0o17", 15), ("0xFf", 255)],
        *[
            ("1e-3", 1e-3),
            ("1E3", 1000.0),
            (".5", 0.5),
            ("-2.", -2.0),
            ("+1.5e+2", 150.0),
            ("1e999", float("inf")),
        ],
        *[(".inf", float("inf")), ("-.INF", float("-inf")), ("+.Inf", float("inf"))],
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object):
    found = resolve(text)
    assert (type(found), found) == (type(value), value)


def test_nan_is_read_as_nan():
    assert [str(resolve(text)) for text in (".nan", ".NaN", ".NAN")] == ["nan"] * 3


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_python_floats_come_back_from_their_own_text(number: float):
    assert resolve(repr(number)) == number


@given(st.text())
def test_every_plain_scalar_has_a_meaning_or_is_refused(text: str):
    assert isinstance(resolve(text), str | int | float | None)


def test_quoted_scalars_and_blocks_are_text():
    document = parse_document("""[1, "2", '3', ~, "~"]""", "a.yaml")
    assert document.data == [1, "2", "3", None, "~"]
    assert parse_document("a: |\n  7\n", "a.yaml").data == {"a": "7\n"}


def test_every_part_knows_its_line():
    document = parse_document("a: 1\n\nb:\n  - c:\n      2\n  - {d: 3,\n     e: [4]}\n", "a.yaml")
    assert document.data == {"a": 1, "b": [{"c": 2}, {"d": 3, "e": [4]}]}
    assert document.lines == {
        (): 1,
        ("a",): 1,
        ("b",): 3,
        ("b", 0): 4,
        ("b", 0, "c"): 4,
        ("b", 1): 6,
        ("b", 1, "d"): 6,
        ("b", 1, "e"): 7,
        ("b", 1, "e", 0): 7,
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "a.yaml: is empty"),
        ("# nothing\n", "a.yaml: is empty"),
        ("a: b: c", "a.yaml:1: isn't valid YAML: mapping values are not allowed in this context"),
        ("a:\n\t- b", "a.yaml:2: isn't valid YAML: found character that cannot start any token"),
        ("a: 1\n---\nb: 2", "a.yaml:2: only one YAML document is allowed; remove this `---`"),
        ("a: 1\na: 2", "a.yaml:2: a: is given twice, first on line 1"),
        ("a:\n  - b: 1\n    b: {c: 2}", "a.yaml:3: a[0].b: is given twice, first on line 2"),
        ("a: 1\n2: 3", "a.yaml:2: a key must be text: write '2' in quotes"),
        ("a: {null: 3}", "a.yaml:1: a: a key must be text: write a word"),
        ("? [a]\n: 3", "a.yaml:1: a key must be text: write a word"),
        ("a: &b 1", "a.yaml:1: a: anchors (&b) aren't allowed: write the value out"),
        ("a: *b", "a.yaml:1: a: aliases (*b) aren't allowed: write the value out"),
        (
            "a: !!python/object/apply:os.system [ls]",
            (
                "a.yaml:1: a: tags (tag:yaml.org,2002:python/object/apply:os...) aren't allowed: "
                "write the plain value"
            ),
        ),
        ("- a\n- " + "9" * 401, "a.yaml:2: [1]: a number of more than 400 digits isn't allowed"),
        ("a: b\nc: \0", "a.yaml:2: has the character U+0000, which isn't allowed in YAML"),
        ("a: \x1b[31m", "a.yaml:1: has the character U+001B, which isn't allowed in YAML"),
        ("\n" + "[" * 33, "a.yaml:2: is nested more than 32 levels deep"),
        ('a: "\\ud800"', "a.yaml:1: isn't valid YAML: found invalid Unicode character escape code"),
    ],
)
def test_each_fault_of_the_text_is_named_at_its_line(text: str, fault: str):
    assert said_of(text) == [fault]


def test_a_billion_laughs_make_only_faults():
    text = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(9)
    )
    assert len(said_of(text)) == 10 + 18


def test_an_alias_to_the_list_around_it_makes_only_faults():
    assert said_of("a: &a [*a]") == [
        "a.yaml:1: a: anchors (&a) aren't allowed: write the value out",
        "a.yaml:1: a[0]: aliases (*a) aren't allowed: write the value out",
    ]


def test_deep_nesting_of_a_large_file_ends_soon():
    assert said_of("[" * 1_000_000) == ["a.yaml:1: is nested more than 32 levels deep"]
    assert said_of("- " * 500_000) == ["a.yaml:1: is nested more than 32 levels deep"]
    assert said_of("? " * 500_000)[-1] == "a.yaml:1: is nested more than 32 levels deep"


def test_the_rest_of_the_document_stands_when_a_part_has_a_fault():
    document = parse_document("a: *x\n1: {lr: 2}\n? {lr: 3}\n: 4\nlr: 5\nlr: {a: 6}\nb: &y 7", "a.yaml")
    assert document.data == {"a": None, "lr": 5, "b": 7}
    assert document.lines["lr",] == 5
    assert len(document.faults) == 5


@given(st.text())
def test_any_text_gives_a_document_or_faults(text: str):
    assert all(str(fault).startswith("a.yaml:") for fault in faults_of(text))


@given(st.text(alphabet="ab01:-?[]{},&*!|>%@`\"'#\\ \n\t~.", max_size=80))
def test_any_text_of_yaml_signs_gives_a_document_or_faults_on_its_lines(text: str):
    last = text.count("\n") + 2
    assert all(0 <= fault.line <= last for fault in faults_of(text))


@pytest.fixture
def without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.problem.yaml._LOADER", yaml.SafeLoader)


@pytest.mark.usefixtures("without_libyaml")
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: b: c", "a.yaml:1: isn't valid YAML: mapping values are not allowed here"),
        ("{a", "a.yaml:1: isn't valid YAML: expected ',' or '}', but got '<stream end>'"),
        (
            'a: "\\U00110000"',
            "a.yaml: isn't valid YAML: chr() arg not in range(0x110000)",
        ),
        ("[" * 1_000_000, "a.yaml:1: is nested more than 32 levels deep"),
        ("- " * 500_000, "a.yaml:1: is nested more than 32 levels deep"),
    ],
)
def test_faults_are_named_without_libyaml_too(text: str, fault: str):
    assert said_of(text) == [fault]


@pytest.mark.usefixtures("without_libyaml")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.text(alphabet="ab01:-?[]{},&*!|>%@`\"'#\\ \n\t~.", max_size=80))
def test_any_text_gives_a_document_or_faults_without_libyaml_too(text: str):
    assert all(str(fault).startswith("a.yaml:") for fault in faults_of(text))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_document(file, "a.yaml").data == {"a": 1}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a: 1\nb: \xff", "a.yaml:2: isn't UTF-8: byte 0xff; save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "a.yaml:1: isn't UTF-8: byte 0xff; save the file as UTF-8"),
        (b"a" * (2**20 + 1), "a.yaml: is too large: at most 1 MiB are read"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, fault: str):
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    assert said_of_file(file) == [fault]


def said_of_file(file: Path) -> list[str]:
    with pytest.raises(ProblemError) as caught:
        read_document(file, "a.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_what_is_no_file_is_refused(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert said_of_file(tmp_path / "b.yaml") == ["a.yaml: is missing"]
    assert said_of_file(tmp_path) == ["a.yaml: is a folder, not a file"]
    assert said_of_file(pipe) == ["a.yaml: isn't a regular file"]
    assert said_of_file(Path("a\0b")) == ["a.yaml: can't be read: that isn't a file name"]
    assert said_of_file(loop) == ["a.yaml: can't be read: Too many levels of symbolic links"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(tmp_path: Path):
    file = tmp_path / "a.yaml"
    file.touch(mode=0)
    assert said_of_file(file) == ["a.yaml: can't be read: Permission denied"]

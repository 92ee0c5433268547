"""Records of `judge verify`, for tests of its views."""

from judge.verify.record import CheckRecord, ProblemRecord, Table, fault, note, ok

MARGINS = Table(
    name="margins", title="Errors", head=("mistake", "plain"), rows=(("stale", "12"), ("sum", "inf"))
)


def record() -> ProblemRecord:
    checks = (
        CheckRecord(name="files", title="Files", results=(ok("problem.yaml", "is well"),), seconds=0.26),
        CheckRecord(
            name="margins",
            title="Margins",
            results=(
                fault("stale", "is told by nothing: make a case that rejects it", "-a", "+b"),
                note("plain", "kills nothing that others don't"),
            ),
            tables=(MARGINS,),
            seconds=3,
        ),
    )
    return ProblemRecord(problem="toy", title="A toy", checks=checks, left_out=("samples",), seconds=3.2)


def sound() -> ProblemRecord:
    return ProblemRecord(problem="toy", title="A toy", checks=record().checks[:1])

"""What a worker has to know to trace an entry point."""

from typing import Any

from judge.problem.model import ArraySpec, Problem, Spec


def trace_spec(problem: Problem, *, values: bool = False) -> dict[str, Any]:
    """The parameters of the entry point as plain data; a case's arguments and arrays come with the question.

    Args:
        values: measure how large the values are, too.
    """
    return {
        "values": values,
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "role": parameter.role,
                "divides": parameter.divides,
                "spec": None if parameter.spec is None else _plain(parameter.spec),
            }
            for parameter in problem.parameters
        ],
    }


def _plain(spec: Spec) -> dict[str, Any]:
    if isinstance(spec, ArraySpec):
        return {"dtype": spec.dtype, "shape": list(spec.shape)}
    return {"kind": spec.kind, "items": [[key, _plain(item)] for key, item in spec.items]}

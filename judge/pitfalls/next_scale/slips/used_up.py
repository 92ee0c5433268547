"""Answers that are asked for a second time after they were used up: a generator gives each of them once."""

import ast

from judge.pitfalls.next_scale.bindings import key_of
from judge.pitfalls.next_scale.lines import Lines


def used_up(lines: Lines) -> int | None:
    """Where a generator of answers is made that has a name, which is read more than once."""
    made = {
        key_of(node.targets[0]): node
        for node in lines.nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.GeneratorExp)
    }
    made = {name: node for name, node in made.items() if name and lines.is_question(node.value)}
    for name, node in made.items():
        read = [
            one
            for one in lines.nodes
            if key_of(one) == name and isinstance(getattr(one, "ctx", None), ast.Load)
        ]
        if len(read) > 1 and len(lines.words.bindings.values.get(name, [])) == 1:
            return node.lineno
    return None

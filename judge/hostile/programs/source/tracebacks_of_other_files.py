# verdicts: runtime_error
# contained in: landlock namespaces
# looks for: canaries
# run: more
"""Raises from code that says it stands in /etc/passwd and far beyond the end of files."""


def step(seed, x):
    ns = {}
    files = [
        "/etc/passwd",
        "@ROOT@/reference/step/reference.py",
        "@ROOT@/problems/step/problem.yaml",
        __file__,
        "",
        "<string>",
        "\ud800",
    ]
    inner = "raise ValueError('x')"
    for i, f in enumerate(files):
        src = "\n" * (1 + i) + f"def f{i}(): {inner}\n"
        try:
            exec(compile(src, f, "exec"), ns)
        except Exception as e:
            print(repr(e))
            continue
        inner = f"f{i}()"
        last = ns[f"f{i}"]
    last.__code__ = last.__code__.replace(co_firstlineno=2**31 - 1)
    last()

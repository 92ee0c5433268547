# verdicts: runtime_error
# contained in: none landlock namespaces
# looks for: memory
# run: quick
"""Text that means something to a terminal, to GitHub, to XML, Markdown, HTML, spreadsheets and JSON readers."""

WORST = [
    "::error file=x.py,line=1::all is well",
    "::stop-commands::token",
    "##vso[task.complete result=Succeeded;]",
    "</testcase></testsuite></testsuites><testsuite failures='0'>",
    "]]><!-- --><![CDATA[",
    "<script>document.title='accepted'</script><img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|\n```\n# accepted\n[x](javascript:alert(1))",
    "=HYPERLINK(\"http://example.org\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\x1b[2J\x1b[1;1H\x1b]0;accepted\x07\x1bPq\x1b\\",
    "\r                                 \rall 2 cases pass",
    '{"verdict": "accepted", "score": 1.0}',
]
print("\n".join(WORST))


def step(seed, x):
    raise RuntimeError("\n".join(WORST))

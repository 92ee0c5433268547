"""What all pages look like: colours for light and dark, and the elements that every page has.

A colour is a variable; a page's own style and its pictures use these variables and name no colour, so that
both themes and print follow. Text keeps a contrast of 4.5 on every ground that it stands on, lines of a
picture one of 3 (tests/pages/test_style.py has the pairs).
"""

from collections.abc import Mapping

# name: (light, dark). A `-soft` colour is a ground for its own colour and for --text.
COLOURS: Mapping[str, tuple[str, str]] = {
    "ground": ("#ffffff", "#13161a"),
    "panel": ("#f4f6f9", "#1c2127"),
    "text": ("#1b2027", "#e6e9ed"),
    "quiet": ("#57606c", "#a6afba"),
    "line": ("#d3d9e1", "#3a424c"),
    "rule": ("#818b97", "#77828e"),
    "link": ("#0a55a3", "#8cc2ff"),
    "good": ("#15703a", "#5fd38b"),
    "good-soft": ("#e3f3e8", "#12301f"),
    "warn": ("#805000", "#f0be5a"),
    "warn-soft": ("#fdf1d7", "#35280b"),
    "bad": ("#b3231b", "#ff9389"),
    "bad-soft": ("#fdeae8", "#3b1a18"),
    "ours": ("#6a3693", "#d5a6f5"),
    "ours-soft": ("#f2e9f8", "#2d1c3b"),
    "bf16": ("#0a58a0", "#86c1fb"),
    "bf16-soft": ("#e0effb", "#10304d"),
    "fp32": ("#8a3e00", "#ffad6b"),
    "fp32-soft": ("#fdebdc", "#43290f"),
    "fp16": ("#84268a", "#eaa0ef"),
    "fp16-soft": ("#f6e4f7", "#40173f"),
    "other": ("#0d6058", "#74d6c9"),
    "other-soft": ("#dcf3f0", "#0e3531"),
}


def _variables(theme: int) -> str:
    return "".join(f"--{name}:{pair[theme]};" for name, pair in COLOURS.items())


_ELEMENTS = """\
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
header{padding-top:1rem}
h1,h2,h3{line-height:1.25;overflow-wrap:anywhere;text-wrap:balance}
h1{font-size:1.5rem;margin:0 0 .5rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1rem 0 .3rem}
p,li,td,th,dd,summary{overflow-wrap:anywhere}
p{margin:.3rem 0}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
:target{scroll-margin-top:1rem}
code,pre,kbd,samp{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.9em}
pre{margin:.4rem 0;padding:.5rem .7rem;background:var(--panel);border-radius:6px;
  white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--link)}
table{border-collapse:collapse}
th,td{padding:.25rem .8rem .25rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.quiet,caption,figcaption{color:var(--quiet);font-size:.9rem}
figure{margin:0}
svg text{fill:var(--text);font:.8rem system-ui,sans-serif}
svg text.quiet{fill:var(--quiet)}
.good{color:var(--good)}
.warn{color:var(--warn)}
.bad{color:var(--bad)}
.ours{color:var(--ours)}
svg .good{fill:var(--good);stroke:var(--good)}
svg .warn{fill:var(--warn);stroke:var(--warn)}
svg .bad{fill:var(--bad);stroke:var(--bad)}
svg .ours{fill:var(--ours);stroke:var(--ours)}
.verdict{font-weight:650;white-space:nowrap}
.pill{padding:.15rem .7rem;border:1px solid;border-radius:1rem}
.good.pill{background:var(--good-soft)}
.warn.pill{background:var(--warn-soft)}
.bad.pill{background:var(--bad-soft)}
.ours.pill{background:var(--ours-soft)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.dtype{display:inline-block;padding:0 .35rem;border:1px solid;border-radius:4px;
  font-size:.75rem;line-height:1.15rem;white-space:nowrap}
.bf16{color:var(--bf16);background:var(--bf16-soft);border-style:dashed}
.fp32{color:var(--fp32);background:var(--fp32-soft)}
.fp16{color:var(--fp16);background:var(--fp16-soft);border-style:dotted}
.other{color:var(--other);background:var(--other-soft);border-style:double}
footer{margin-top:2.5rem;padding-top:.8rem;padding-bottom:1.5rem;border-top:1px solid var(--line);
  color:var(--quiet);font-size:.85rem}
"""
_PRINT = """\
@media print{:root{font-size:11px}body{font-size:1rem}header,main,footer{max-width:none;padding:0}
h1,h2,h3,summary{break-after:avoid}
li,tr,figure,svg{break-inside:avoid}thead{display:table-header-group}}
"""

STYLE = (
    f":root{{color-scheme:light dark;{_variables(0)}}}\n"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(1)}}}}}\n"
    f"{_ELEMENTS}{_PRINT}"
)

PART = "judge-page"  # class of what is a part of somebody else's page
# That page's own colours: JupyterLab's, Visual Studio Code's, and where there is neither, ours.
_HOST = {
    "ground": ("--jp-layout-color0", "--vscode-editor-background"),
    "text": ("--jp-content-font-color1", "--vscode-editor-foreground"),
}
_IS_DARK = '[data-jp-theme-light="false"] .judge-page,.vscode-dark .judge-page'
_SAYS_NOTHING = "body:not([data-jp-theme-light]):not([data-vscode-theme-kind]) .judge-page"
_PART_ELEMENTS = """\
background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif;padding:.6rem .9rem;
border-radius:6px;text-align:left;
& h3,& h4{font-weight:700;color:var(--text)}
& ol,& ul,& dl{margin:.3rem 0;padding-left:1.4rem}
& ol.cases,& ol.sizes,& dl{padding-left:0}
& code{background:none;padding:0;color:inherit}
& pre{border:0;color:var(--text)}
& .line pre{margin:0;padding:0;background:none;border-radius:0;font-size:1rem;line-height:1.45rem}
& a{text-decoration:underline}
& svg a{text-decoration:none}
"""


def part_style(*styles: str) -> str:
    """The style of a part of somebody else's page: nothing beyond it is touched, and its theme is followed.

    Each rule is nested in the part's class, named twice to weigh more than the page's own rules.

    Args:
        styles: constant texts in CSS, in addition to what all pages have.
    """
    own = _ELEMENTS.partition("h1,h2,h3{")
    elements = f"& *{{box-sizing:border-box}}\n{own[1]}{own[2]}"
    dark = f"{{color-scheme:dark;{_part_variables(1)}}}"
    return (
        f".judge-page{{color-scheme:light;{_part_variables(0)}}}\n"
        f"{_IS_DARK}{dark}\n"
        f"@media screen and (prefers-color-scheme:dark){{{_SAYS_NOTHING}{dark}}}\n"
        f".judge-page.judge-page{{\n{elements}{''.join(styles)}{_PART_ELEMENTS}}}\n"
    )


def _part_variables(theme: int) -> str:
    hosts = (
        f"--{name}:var({first},var({second},{COLOURS[name][theme]}));"
        for name, (first, second) in _HOST.items()
    )
    return _variables(theme) + "".join(hosts)

"""What of a notebook goes into a run and on to the pages, and what does not."""

from __future__ import annotations

import ast
import io
import json
import tokenize
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tuoyu.engine.cells import essential
from tuoyu.engine.cells import without_comments

LINES = ["x = 1", 'text = """a', "# 正文里的井号", '"""', "if x:", "    y = '#' + text", "print(", "    x,", ")"]
REMARKS = ["", "# 说明", "        # 缩进的说明", "#"]


def comments(source: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@given(
    st.lists(st.sampled_from(REMARKS), min_size=len(LINES), max_size=len(LINES)),
    st.lists(st.sampled_from(["", "  # 行末的说明"]), min_size=len(LINES), max_size=len(LINES)),
)
def test_comments_go_and_all_else_stays(above: list[str], behind: list[str]) -> None:
    inside_text = {1, 2}  # there the same words are none
    woven = []
    for number, line in enumerate(LINES):
        woven += [above[number]] if above[number] and number - 1 not in inside_text else []
        woven.append(line + ("" if number in inside_text else behind[number]))
    plain = without_comments("\n".join(woven))
    assert plain == "\n".join(LINES)
    assert comments(plain) == []
    assert ast.dump(ast.parse(plain)) == ast.dump(ast.parse("\n".join(woven)))


@given(st.text(alphabet="#\n ax='\"\\\r\f(:", max_size=30))
def test_no_text_whatever_changes_its_meaning(source: str) -> None:
    plain = without_comments(source)
    try:
        meaning = ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        assert plain == source
    else:
        assert ast.dump(ast.parse(plain)) == meaning
        assert without_comments(plain) == plain


def test_what_looking_at_a_notebook_leaves_in_it_does_not_count() -> None:
    def notebook(metadata: dict[str, Any], about: dict[str, Any], **cell: object) -> dict[str, Any]:
        code = {"cell_type": "code", "id": "a", "metadata": metadata, "source": ["x = 1\n", "x"], **cell}
        return {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": [code]}

    kernel = {"kernelspec": {"name": "python3"}}
    plain = notebook({"tags": ["raises-exception"], "tuoyu": {"role": "body"}}, kernel)
    looked_at = notebook(
        {"tags": ["raises-exception", "hide-input"], "collapsed": True, "tuoyu": {"role": "body"}},
        {**kernel, "authors": [{"name": "某某"}], "toc": {}},
        execution_count=7,
        outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}],
        source="x = 1  # 一\nx",
    )
    before = json.dumps(looked_at)
    assert essential(looked_at) == essential(plain)
    assert essential(plain)["cells"][0]["metadata"] == plain["cells"][0]["metadata"]
    assert json.dumps(looked_at) == before

"""Who has signed a report (签发), on its page: a line for each in 关于本报告, which is no part of what was signed."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_END = re.compile(r"</dl>\s*</footer>")
_SIGNED = re.compile(r'<dt>签发</dt>(?:<dd class="signed">[^<]*</dd>)+\n')


def with_signatures(page: str, lines: Sequence[str]) -> str:
    r"""The page with these lines, instead of any that it has.

    >>> with_signatures("<footer><dl></dl></footer>", ["甲局　定稿"])
    '<footer><dl><dt>签发</dt><dd class="signed">甲局　定稿</dd>\n</dl></footer>'
    """
    plain = without_signatures(page)
    ends = list(_END.finditer(plain))
    if not ends:
        msg = "the page has no list in its footer"
        raise ValueError(msg)
    told = "".join(f'<dd class="signed">{html.escape(line)}</dd>' for line in lines)
    at = ends[-1].start()
    return f"{plain[:at]}<dt>签发</dt>{told}\n{plain[at:]}" if lines else plain


def without_signatures(page: str) -> str:
    """The page as it was signed."""
    return _SIGNED.sub("", page)

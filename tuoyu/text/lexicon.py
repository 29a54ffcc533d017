"""Words that may not be typed (用语): judgements on numbers, statements of cause, and numbers themselves.

Belongs here: which words these are, and what makes each of them right: a condition that decides it, a piece of
evidence that says so. What a person has found to be harmless stands, with the reason, in ``用语.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from typing import Annotated

from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError

from tuoyu.facts.claims import FLAGS
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import faults_of
from tuoyu.nouns.forms import parse_form
from tuoyu.text.conditions import Ask
from tuoyu.text.conditions import Holds
from tuoyu.text.conditions import atoms
from tuoyu.text.prose import EVIDENCE
from tuoyu.text.sections import Fault
from tuoyu.text.templates import Call
from tuoyu.text.templates import expressions
from tuoyu.text.templates import typed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from tuoyu.text.conditions import Condition
    from tuoyu.text.sections import Section
    from tuoyu.text.sections import Sentence

HARMLESS = "用语.toml"
# longer words first, so that a fault names the whole word
JUDGING = (
    *("高于", "低于", "超过", "超出", "不足", "不到", "达到", "达不到", "尚未", "未能", "多于", "少于", "大于", "小于"),
    *("绝大多数", "大多数", "多数", "少数", "大部分", "过半", "占比最", "最多", "最少", "最高", "最低", "最大", "最小"),
    *("只有", "仅有", "仅仅", "偏高", "偏低", "较高", "较低", "较大", "较小", "较多", "较少", "明显", "显著"),
    *("首位", "居首", "领先", "落后", "持续", "逐年", "连年", "上升", "下降", "增加", "减少", "增长", "下滑", "回升"),
    *("扩大", "缩小", "短缺", "紧缺", "充足", "富余", "普遍", "集中在", "其中", "仍", "依然", "依旧", "相当大", "持平"),
    *("悬殊", "远高", "远低", "大幅", "小幅", "接近", "将近", "几乎"),
    *(
        "更多",
        "更少",
        "更高",
        "更低",
        "更大",
        "更小",
        "更重",
        "更快",
        "更慢",
        "偏多",
        "偏少",
        "过高",
        "过低",
        "过多",
        "过少",
    ),
    *("越来越", "够用", "不够", "还差", "并存"),
)
CAUSES = ("由于", "因为", "导致", "造成", "使得", "因此", "所以", "致使", "源于", "归因于")
_RELATED = re.compile(r"与[^，。；]{1,30}有关")
_JUDGED = re.compile("|".join([*sorted(JUDGING, key=len, reverse=True), "(?<!不)仅"]))
_CAUSED = re.compile("|".join(CAUSES))
FIXED_TERMS = (
    *("3岁以下", "0—3岁", "0—6岁", "“1+1+N”", "“十四五”", "“十五五”", "“一老一小”", "十四届全国人大", "二十届三中全会"),
    *("一刻钟", "千家万户", "千方百计", "百年树人", "GB/T 2260", "95%"),
)
_COUNTED = "[家所个人名份张处条项次岁年月天间位户园区市]"
_TYPED = re.compile(
    r"[0-9０-９①-⑳½⅓⅔¼¾]+"
    r"|(?<!每)[一二两三四五六七八九十百千数几半]+(?:成(?!立|本|员|效|果|长|为|人|熟)|倍|分之|个百分点|万|亿|元|分钟)"
    rf"|(?<!每)[一二两三四五六七八九数几]*[十百千万][一二三四五六七八九十百千万]*[余多来]?{_COUNTED}"
    r"|半数|一半|过半|对半|翻一?番|翻了?[一二两三四]番|[〇○零一二三四五六七八九]{4}年"
)


class Phrase(BaseModel):
    """用语 — a phrase with a judging word that judges nothing, and why it does not."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    phrase: Annotated[str, Field(min_length=2, title="用语")]
    reason: Annotated[str, Field(min_length=2, title="理由")]


class Phrases(BaseModel):
    """The keys of ``用语.toml``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    harmless: Annotated[tuple[Phrase, ...], Field(strict=False)] = Field(default=(), title="无害的用语")


def read_phrases(content: bytes) -> tuple[tuple[Phrase, ...], list[Fault]]:
    """The harmless phrases of ``用语.toml``, and every fault of the file."""
    try:
        phrases = Phrases.model_validate(parse_form(content)).harmless
    except FormError as error:
        return (), [Fault(HARMLESS, 0, str(error))]
    except ValidationError as error:
        return (), [Fault(HARMLESS, 0, what) for what in faults_of(error, Phrases)]
    idle = [one.phrase for one in phrases if not (_JUDGED.search(one.phrase) or _caused(one.phrase))]
    return phrases, [Fault(HARMLESS, 0, f"“{phrase}”里没有要核对的用语，请删去") for phrase in idle]


def faults_of_words(sections: Iterable[Section], phrases: Iterable[Phrase]) -> Iterator[Fault]:
    """Every word of every section that nothing makes right, and every harmless phrase that no section uses."""
    # longer ones first: one may be a part of another
    listed = sorted((one.phrase for one in phrases), key=len, reverse=True)
    used: set[str] = set()
    for section in sections:
        for line, text, sentence in _lines(section):
            rest = text
            for phrase in listed:
                used |= {phrase} if phrase in rest else set()
                rest = rest.replace(phrase, "□")
            conditions = [
                *([section.condition] if section.condition else []),
                *(sentence.conditions if sentence else ()),
            ]
            for what in _faults(rest, section, conditions, sentence):
                yield Fault(section.file, line, what)
    for phrase in listed:
        if phrase not in used:
            yield Fault(HARMLESS, 0, f"“{phrase}”在报告文字中没有用到，请删去")


def _lines(section: Section) -> Iterator[tuple[int, str, Sentence | None]]:
    """Every text of a section that is printed, without its placeholders."""
    yield section.line_of("title"), section.title, None
    yield section.line_of("whom"), section.whom, None
    for line in section.costs:
        yield section.line_of("money"), typed(line), None
    for sentence in section.sentences:
        yield sentence.line, typed(sentence.template), sentence


def _faults(text: str, section: Section, conditions: list[Condition], sentence: Sentence | None) -> Iterator[str]:
    judged = dict.fromkeys(_JUDGED.findall(text))
    # a recommendation is written where the problem holds that it answers
    if judged and not (section.answers or any(_decides(one) for one in conditions)):
        words = "”“".join(judged)
        yield (
            f"“{words}”是对数字的判断，不能手写→ 改用 {{{{ 结论(…) }}}}、{{{{ 比较(…) }}}} 等规则，"
            f"或把这句放进条件块；确实与数字无关的，连同理由写进 {HARMLESS}"
        )
    cause = _caused(text)
    if cause and not (sentence and (sentence.cause or _quotes_evidence(sentence))):
        yield (
            f'“{cause}”说的是原因，要有依据→ 句中用 {{{{ 证据("编号") }}}}，'
            f"或在句末写 <!-- 依据：编号 -->；没有依据的，只写现象"
        )
    found = typed_numbers(text)
    if found:
        words = "”“".join(found).replace("□", "……")
        yield f"手写了数字“{words}”→ 改用指标的占位符，如 {{{{ 托位数 }}}}"


def _caused(text: str) -> str:
    found = _CAUSED.search(text) or _RELATED.search(text)
    return found[0] if found else ""


def _decides(condition: Condition) -> bool:
    """Whether a condition rests on a conclusion or on a piece of evidence.

    That numbers are there, or of what kind the edition is, decides nothing.
    """
    return any(
        one.claim not in FLAGS if isinstance(one, Holds) else isinstance(one, Ask) and one.question == "有证据"
        for one in atoms(condition)
    )


def _quotes_evidence(sentence: Sentence) -> bool:
    return any(isinstance(one, Call) and one.function == EVIDENCE for one in expressions(sentence.template))


def typed_numbers(text: str) -> list[str]:
    """Numbers written by hand, with what stands around them; fixed terms (3岁以下) do not count.

    >>> typed_numbers("全市有□，3岁以下婴幼儿……")
    []
    >>> typed_numbers("超过三成的家庭"), typed_numbers("半数以上")
    (['超过三成的家庭'], ['半数以上'])
    """
    for term in FIXED_TERMS:
        text = text.replace(term, "")
    return [text[max(0, found.start() - 8) : found.end() + 8].strip() for found in _TYPED.finditer(text)]

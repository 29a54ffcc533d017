"""What stands in 核算表.xlsx: every number of the report with its formula, its sources and what is doubtful of it.

The formulas are not written here: the functions that computed the facts write them, called with the names of cells
instead of numbers. A formula goes into the workbook only where the same function gives the fact's own value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from itertools import product
from string import ascii_uppercase
from typing import TYPE_CHECKING
from typing import Any

from tuoyu.facts.wording import cite
from tuoyu.facts.wording import interval
from tuoyu.facts.wording import number
from tuoyu.facts.wording import printed
from tuoyu.facts.wording import ten_thousands
from tuoyu.facts.wording import tenths
from tuoyu.front import quality
from tuoyu.nouns.fact import KIND_NAMES
from tuoyu.nouns.period import in_words
from tuoyu.render.formula import LONGEST
from tuoyu.render.formula import Symbol
from tuoyu.render.formula import written
from tuoyu.render.ledger import Book
from tuoyu.render.ledger import Cell
from tuoyu.render.ledger import Formula
from tuoyu.render.ledger import Given
from tuoyu.render.ledger import Sheet
from tuoyu.render.passages import passages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from tuoyu.facts.subject import Subject
    from tuoyu.nouns.fact import Fact
    from tuoyu.nouns.fact import Facts
    from tuoyu.render.passages import Carried
    from tuoyu.render.passages import Passage

GUIDE, PRINTED, INDICATORS, RAW, PARAMETERS = "说明", "报告数字", "指标", "原始数据", "参数"
VALUE, UPPER, AT_ISSUE, PRINTED_AS = "数值", "上端", "成稿时数值", "印作"
LIVE, STILL = "随数据重算", "不重算"
CHOSEN = "由程序选定或读出，不是算式得出"
CHANGED = "变"
SCENARIO_NAME = "方案系数"
_LONGEST_NAME = 60  # characters; Excel takes 255
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z_\u4e00-\u9fff]+")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[rcRC]\d*(?:[cC]\d*)?|true|false", re.IGNORECASE)
QUOTED = {"policy": "政策文件", "evidence": "调研材料"}
_REGISTERS = {"policy": ("policies", ("issuer", "title", "number")), "evidence": ("evidence", ("producer", "document"))}
_GUIDE = (
    "“报告数字”按报告的先后列出每一个印出的数字和引文；“指标”一行一个指标值；“原始数据”一行一个来源的数字；"
    "“核验意见”“参数”与报告附件一致。“核验记录”列出做过的每一项核验和意见的答复情况，“假设清单”列出每一项假设、目标和方案"
    "的依据，以及随它而变的指标、结论和章节。\n"
    "改动“原始数据”“参数”两表中浅黄色的格，“指标”“报告数字”两表中的数值随即重算；“报告数字”的“变动”一栏标出"
    "印出的数字哪些会变。\n"
    "算式由程序中计算指标的同一个函数写出；数字旁存有成稿时的值，打开即可看到。\n"
    "下列各项成稿时已定，不随改动重算：印出的文字和结论，上下限、区间和约数，按大小排的次序（如婴幼儿最多的街道），"
    "按年份选取的数字，以及“指标”表中写明“不重算”的各行。\n"
    "本表只供核对。要更正数据，请在 corrections.toml 中登记，或换用新的文件，再重新生成报告。"
)
_PRINTED = (
    ("序号", 6),
    ("章节", 24),
    ("图表", 18),
    ("前文", 26),
    (PRINTED_AS, 16),
    ("写法", 8),
    ("指标", 24),
    (VALUE, 14),
    (AT_ISSUE, 14),
    ("变动", 6),
    ("单位", 8),
    ("时点", 14),
    ("算式或出处", 40),
    ("核验意见", 30),
)
_INDICATORS = (
    ("序号", 6),
    ("指标", 28),
    ("单元格名称", 26),
    (VALUE, 16),
    (UPPER, 10),
    ("单位", 8),
    ("报告印作", 16),
    ("时点", 14),
    ("地区代码", 9),
    ("部分", 14),
    ("口径", 20),
    ("性质", 10),
    ("重算", 10),
    ("算式", 34),
    ("所用数据", 40),
    ("上下限", 7),
    ("95%区间", 16),
    ("应答人数", 8),
    ("附注", 24),
    ("标识", 36),
)
_RAW = (
    ("序号", 6),
    ("指标", 28),
    ("原文写法", 16),
    (VALUE, 14),
    (UPPER, 10),
    ("单位", 8),
    ("时点", 14),
    ("口径", 20),
    ("应答人数", 8),
    ("文件", 44),
    ("工作表", 14),
    ("单元格", 10),
    ("文件名称", 40),
    ("发布单位", 20),
)
_PARAMETERS = (("参数", 30), (VALUE, 14), ("单位", 10), ("时点", 14), ("依据", 44), ("出处", 44), ("附注", 30))
_BOUNDS = {"=": "", ">": "大于", ">=": "不小于", "<": "小于", "<=": "不大于", "≈": "约"}


def ledger(facts: Facts, document: NotebookNode, subject: Subject) -> Book:
    """The workbook of an edition: of its facts, and of the report in which they are printed."""
    if facts.edition is None:
        msg = "facts without an edition make no ledger"
        raise ValueError(msg)
    cells = _Cells.of(facts, subject)
    raw, parameters = _raw_sheet(cells), _parameter_sheet(cells)
    sheets = (
        Sheet(GUIDE, (("核算表说明", 110),), tuple((text,) for text in _GUIDE.splitlines())),
        _printed_sheet(cells, document),
        _indicator_sheet(cells),
        raw,
        quality.finding_sheet(facts, subject),
        quality.check_sheet(facts),
        parameters,
        quality.assumption_sheet(facts, subject, document),
    )
    title = f"{facts.edition.publication.headline}核算表"
    return Book(title, sheets, cells.defined())


@dataclass
class _Cells:
    """Where every fact stands in the workbook, and what it is called there."""

    facts: Facts
    subject: Subject
    names: dict[str, str] = field(default_factory=dict)
    indicator_rows: dict[str, int] = field(default_factory=dict)
    raw_rows: dict[tuple[object, ...], int] = field(default_factory=dict)
    raw_facts: list[Fact] = field(default_factory=list)
    parameter_rows: dict[str, int] = field(default_factory=dict)
    scenarios: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts, subject: Subject) -> _Cells:
        """All places handed out, in the order of the facts."""
        made = cls(facts, subject)
        taken: set[str] = set()
        known = {facts.names[name]: None for name in facts.names}
        for id_ in dict.fromkeys((*known, *facts)):  # those that formulas and prose call by name have it first
            made.names[id_] = _name(facts.facts[id_], taken)
        for row, one in enumerate(facts.values(), 2):
            made.indicator_rows[one.id] = row
            if one.kind == "observed" and _spot(one) not in made.raw_rows:
                made.raw_rows[_spot(one)] = len(made.raw_rows) + 2
                made.raw_facts.append(one)
            elif one.kind in {"assumption", "policy"}:
                made.parameter_rows[one.id] = len(made.parameter_rows) + 2
        for name in facts.edition.outlook.scenarios if facts.edition else ():
            made.scenarios[name] = _unique(_sanitized(f"{SCENARIO_NAME}_{name}"), taken)
        return made

    def source(self, one: Fact, column: str) -> str:
        """The cell that holds a fact which is not computed: of the raw figures, or of the parameters."""
        if one.kind == "observed":
            return _at(RAW, _RAW, column, self.raw_rows[_spot(one)])
        return _at(PARAMETERS, _PARAMETERS, column, self.parameter_rows[one.id])

    def cell(self, one: Fact, column: str = VALUE) -> str:
        """The cell of a fact in the sheet of indicators."""
        return _at(INDICATORS, _INDICATORS, column, self.indicator_rows[one.id])

    def scenario_row(self, name: str) -> int:
        """The row of a scenario's share among the parameters: after the facts."""
        return len(self.parameter_rows) + 2 + list(self.scenarios).index(name)

    def defined(self) -> dict[str, str]:
        """Every name with its cell."""
        known = {self.names[one.id]: self.cell(one) for one in self.facts.values()}
        shares = {
            cell: _at(PARAMETERS, _PARAMETERS, VALUE, self.scenario_row(name)) for name, cell in self.scenarios.items()
        }
        return known | shares


def _name(one: Fact, taken: set[str]) -> str:
    """A name for a fact: its label, with the period where several bear the same."""
    wanted = _sanitized(one.label)
    if wanted.lower() in taken:
        wanted = _sanitized(f"{one.label}_{one.period}")
    return _unique(wanted, taken)


def _sanitized(text: str) -> str:
    """The text as a name that spreadsheets accept: no brackets, no digit first, nothing that looks like a cell."""
    name = _NOT_IN_NAMES.sub("_", text).strip("_")[:_LONGEST_NAME] or "数"
    return f"_{name}" if name[0].isdigit() or _LIKE_A_CELL.fullmatch(name) else name


def _unique(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name.lower() in taken:
        count += 1
        name = f"{wanted}_{count}"
    taken.add(name.lower())
    return name


def _spot(one: Fact) -> tuple[object, ...]:
    """What makes a raw figure one: its cells and what was read from them."""
    return (one.indicator, one.origins, one.value, one.upper)


def _at(sheet: str, columns: Sequence[tuple[str, int]], column: str, row: int) -> str:
    letter = ascii_uppercase[[title for title, _ in columns].index(column)]
    return f"{sheet}!${letter}${row}"


# formulas


def _live(cells: _Cells, one: Fact) -> tuple[Formula | Decimal, Formula | Decimal | None]:
    """Value and upper end of a fact: formulas where there are any, else the numbers."""
    if one.kind != "computed":
        upper = None if one.upper is None else Formula(cells.source(one, UPPER), one.upper)
        return Formula(cells.source(one, VALUE), one.value), upper
    least, most = _formulas(cells, one)
    value = Formula(least, one.value) if least else one.value
    if one.upper is None:
        return value, None
    return value, Formula(most, one.upper) if most else one.upper


def _formulas(cells: _Cells, one: Fact) -> tuple[str, str]:
    """The formulas of the lower and the upper end; empty where the fact's function does not give its value."""
    rule = cells.subject.rule_of(one.indicator)
    if rule is None or not one.inputs:
        return "", ""
    inputs = [cells.facts.facts[id_] for id_ in one.inputs]
    more = _share(cells, one) if rule.scenario else []
    if rule.scenario and not more:
        return "", ""
    ends = [_ends(cells, given) for given in inputs] + [[end] for end in more]
    chosen = [list(zip(*choice, strict=True)) for choice in product(*ends)]
    try:
        values = [rule.function(*numbers) for numbers, _ in chosen]
    except (ArithmeticError, TypeError, ValueError):
        return "", ""
    if (min(values), max(values)) != (one.value, one.value if one.upper is None else one.upper):
        return "", ""
    for form in range(2):  # by names; where that is longer than a spreadsheet takes, by cells
        texts = [written(rule.function, [Symbol(names[form]) for names in symbols]) for _, symbols in chosen]
        if all(texts) and sum(map(len, texts)) < LONGEST:
            several = len(texts) > 1
            joined = ",".join(texts)
            return (f"MIN({joined})", f"MAX({joined})") if several else (texts[0], "")
    return "", ""


_End = tuple[Decimal, tuple[str, str]]  # a number, and its name and cell


def _ends(cells: _Cells, given: Fact) -> list[_End]:
    """A number, or both ends of a range, each with name and cell."""
    low = (given.value, (cells.names[given.id], cells.cell(given)))
    if given.upper is None:
        return [low]
    return [low, (given.upper, (cells.cell(given, UPPER), cells.cell(given, UPPER)))]


def _share(cells: _Cells, one: Fact) -> list[_End]:
    """The share of the scenario that a fact is of."""
    shares = cells.facts.edition.outlook.scenarios if cells.facts.edition else {}
    if one.part.name not in shares or one.edition:
        return []
    name = cells.scenarios[one.part.name]
    return [(shares[one.part.name], (name, name))]


# sheets


def _printed_sheet(cells: _Cells, document: NotebookNode) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    about = document.metadata["tuoyu"]
    for passage in passages(document):
        for one in passage.carried:
            row = len(rows) + 2
            known = cells.facts.facts.get(one.id) if one.kind == "fact" else None
            rest = _of_fact(cells, one, known, row) if known else _of_register(one, about)
            rows.append((row - 1, passage.under or passage.section, _exhibit(passage), one.before, one.text, *rest))
    return Sheet(PRINTED, _PRINTED, tuple(rows))


def _exhibit(passage: Passage) -> str:
    return passage.exhibit.partition("　")[0]


def _of_fact(cells: _Cells, one: Carried, fact: Fact, row: int) -> tuple[Cell, ...]:
    value, at_issue = (_at(PRINTED, _PRINTED, title, row) for title in (VALUE, AT_ISSUE))
    digits = fact.decimals
    live = isinstance(_live(cells, fact)[0], Formula)
    changed = Formula(f'IF(ROUND({value},{digits})=ROUND({at_issue},{digits}),"","{CHANGED}")', "") if live else None
    source = fact.formula or "；".join(dict.fromkeys(origin.where for origin in fact.origins))
    return (
        _form(one.text, fact),
        fact.label,
        Formula(cells.names[fact.id], fact.value),
        fact.value,
        changed,
        fact.unit,
        in_words(fact.period) if fact.period else "",
        source,
        _doubts(cells.facts, fact),
    )


def _form(text: str, fact: Fact) -> str:
    """In which form a fact was printed."""
    words = {
        tenths(fact): "成数",
        number(fact): VALUE,
        ten_thousands(fact): VALUE,
        printed(fact): VALUE,
        in_words(fact.period): "时点",
        fact.option: "选项",
        str(fact.respondents): "应答人数",
        interval(fact) if fact.interval else "": "区间",
    }
    return words.get(text, "其他") if text else "其他"


def _of_register(one: Carried, about: Mapping[str, Any]) -> tuple[Cell, ...]:
    """A quotation of a register: of which document."""
    kind, keys = _REGISTERS[one.kind]
    entry: Mapping[str, Any] = about[kind].get(one.id, {})
    named = "".join(str(entry.get(key) or "") for key in keys)
    dated = str(entry.get("year") or entry.get("published") or "")
    return (QUOTED[one.kind], "", None, None, None, "", dated, named, "")


def _indicator_sheet(cells: _Cells) -> Sheet:
    rows = []
    for order, one in enumerate(cells.facts.values(), 1):
        value, upper = _live(cells, one)
        live = isinstance(value, Formula)
        inputs = "、".join(cells.names[id_] for id_ in one.inputs)
        rows.append(
            (
                order,
                one.label,
                cells.names[one.id],
                value,
                upper,
                one.unit,
                printed(one),
                in_words(one.period) if one.period else "",
                one.place,
                one.part.words,
                one.basis,
                KIND_NAMES[one.kind],
                LIVE if live else STILL,
                one.formula,
                inputs,
                _BOUNDS[one.bound],
                interval(one) if one.interval else "",
                one.respondents,
                "；".join(text for text in (one.note, "" if live else CHOSEN) if text),
                one.id,
            )
        )
    return Sheet(INDICATORS, _INDICATORS, tuple(rows))


def _raw_sheet(cells: _Cells) -> Sheet:
    rows = []
    for order, one in enumerate(cells.raw_facts, 1):
        origins = one.origins
        rows.append(
            (
                order,
                one.label,
                "；".join(origin.printed for origin in origins),
                Given(one.value),
                None if one.upper is None else Given(one.upper),
                one.unit,
                in_words(one.period) if one.period else "",
                one.basis,
                one.respondents,
                "；".join(dict.fromkeys(origin.file for origin in origins)),
                "；".join(dict.fromkeys(origin.sheet for origin in origins)),
                "；".join(origin.cell for origin in origins),
                "；".join(dict.fromkeys(origin.document for origin in origins)),
                "；".join(dict.fromkeys(origin.producer for origin in origins)),
            )
        )
    return Sheet(RAW, _RAW, tuple(rows))


def _parameter_sheet(cells: _Cells) -> Sheet:
    edition = cells.facts.edition
    rows: list[tuple[Cell, ...]] = []
    for id_ in cells.parameter_rows:
        one = cells.facts.facts[id_]
        cited = "；".join(dict.fromkeys(cite(origin) for origin in one.origins))
        when = in_words(one.period) if one.period else ""
        where = "；".join(dict.fromkeys(origin.where for origin in one.origins))
        rows.append((one.label, Given(one.value), one.unit, when, one.basis or cited, where, one.note))
    if edition is not None:
        for name in cells.scenarios:
            share = Given(edition.outlook.scenarios[name])
            where = edition.file_of("outlook.scenarios")
            rows.append((f"{SCENARIO_NAME}：{name}", share, "%", "", "展望方案", where, ""))
        rows += [(name, text, "", "", "", edition.file_of(key), "") for key, name, text in _stated(cells.facts)]
    return Sheet(PARAMETERS, _PARAMETERS, tuple(rows))


def _stated(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Parameters that are no numbers to compute with: key, name and text."""
    edition = facts.edition
    if edition is not None:
        yield "name", "期名", edition.name
        yield "city", "城市", facts.city.name if facts.city else edition.city
        yield "as_of", "数据截止日期", edition.as_of.isoformat()
        yield "population_as_of", "人口数据日期", edition.population_as_of.isoformat()
        yield "previous", "上一期", edition.previous or "无"
        yield "benchmarks", "示范城市", "、".join(one.name for one in facts.benchmarks) or "无"
        yield "outlook.until", "测算末年", str(edition.outlook.until)
        yield "publication.issuer", "编制单位", edition.publication.issuer
        yield "publication.status", "稿次", edition.publication.status


def _doubts(facts: Facts, fact: Fact) -> str:
    return "；".join(_words(facts, fact))


def _words(facts: Facts, fact: Fact) -> Iterable[str]:
    return (one.what for one in facts.findings_on(fact))

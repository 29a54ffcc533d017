"""The faults that the drill plants, one function a kind, and the harmless changes beside them.

A fault takes the world and a source of chance; it gives the changed files with the cells that are now wrong, or None
where the world has nothing to change. Nothing here knows which checks there are.
"""
# ruff: noqa: INP001 - scripts that are run by their path are no package

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING

from drill_books import Spot
from drill_books import TextBook
from drill_books import open_book

from tuoyu.childcare.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping
    from collections.abc import Sequence

    from tuoyu.nouns.observation import Observation
    from tuoyu.nouns.source import RawFile

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class World:
    """Everything that an edition reads, with what was read of it soundly.

    ``printed`` are the spots on which numbers of the report rest.
    """

    files: Mapping[str, RawFile]
    observations: Sequence[Observation]
    printed: frozenset[Spot]
    place: str

    def pick(
        self, chance: random.Random, *, own: bool = False, kinds: Iterable[str] = (), **what: object
    ) -> Spot | None:
        """A printed figure that stands in a cell of its own."""
        found = [
            spot
            for one in self.observations
            if (spot := spot_of(one)) in self.printed
            and (not own or one.place.startswith(self.place[:4]))
            and (not kinds or self.files[one.file].source.reading.kind in kinds)
            and all(getattr(one, name) == value for name, value in what.items())
        ]
        return chance.choice(sorted(set(found), key=str)) if found else None

    def at(self, spot: Spot) -> Observation:
        """What was read of a cell."""
        return next(one for one in self.observations if spot_of(one) == spot)

    def of_kind(self, kind: str) -> list[RawFile]:
        """Files that are read in one way."""
        return [raw for raw in self.files.values() if raw.source.reading.kind == kind]


@dataclass(frozen=True)
class Planted:
    """Files as changed, the cells that are wrong now, and what was done, in words."""

    changed: tuple[RawFile, ...]
    spots: tuple[Spot, ...]
    words: str
    whole: bool = False  # the file as such is wrong, no cell of it


Fault = Callable[[World, random.Random], Planted | None]


def spot_of(one: Observation) -> Spot | None:
    """The cell of a figure, None where it was counted or added up."""
    return Spot.at(one.file, one.sheet, one.cell)


def typed(world: World, spot: Spot | None, change: Callable[[str], str | None]) -> Planted | None:
    """A printed figure typed otherwise; None where that changes nothing."""
    if spot is None:
        return None
    book = open_book(world.files[spot.file])
    before = book.value(spot)
    after = change(str(before))
    if after is None or after == str(before):
        return None
    book.put(spot, _as_before(before, after))
    return Planted((book.encoded(),), (spot,), f"{before}→{after}")


def _as_before(before: object, after: str) -> object:
    if isinstance(before, int | float) and re.fullmatch(r"-?\d+(\.\d+)?", after):
        return float(after) if "." in after else int(after)
    return after


def _number(change: Callable[[str, random.Random], str | None]) -> Fault:
    """A fault of the digits of one figure."""

    def plant(world: World, chance: random.Random) -> Planted | None:
        def retyped(text: str) -> str | None:
            found = list(NUMBER.finditer(text))
            if not found:
                return None
            one = chance.choice(found)
            digits = change(one[0], chance)
            return None if digits is None else text[: one.start()] + digits + text[one.end() :]

        return typed(world, world.pick(chance), retyped)

    return plant


def swapped(digits: str, chance: random.Random) -> str | None:
    """Two neighbouring digits exchanged."""
    pairs = [n for n in range(len(digits) - 1) if digits[n : n + 2].isdigit() and digits[n] != digits[n + 1]]
    pairs = [n for n in pairs if n or digits[1] != "0"]
    if not pairs:
        return None
    n = chance.choice(pairs)
    return digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :]


def dropped(digits: str, chance: random.Random) -> str | None:
    """One digit left out."""
    places = [n for n, one in enumerate(digits) if one.isdigit()]
    if len(places) < 2:
        return None
    n = chance.choice(places)
    left = digits[:n] + digits[n + 1 :]
    return left if left[0].isdigit() and left[-1].isdigit() and not re.match(r"0\d", left) else None


def doubled(digits: str, chance: random.Random) -> str | None:
    """One digit typed twice."""
    n = chance.choice([n for n, one in enumerate(digits) if one.isdigit()])
    return digits[:n] + digits[n] + digits[n:]


def mistyped(digits: str, chance: random.Random) -> str | None:
    """One digit mistaken."""
    n = chance.choice([n for n, one in enumerate(digits) if one.isdigit()])
    other = chance.choice([one for one in "123456789" if one != digits[n]])
    return digits[:n] + other + digits[n + 1 :]


def _point_moved(digits: str, chance: random.Random) -> str | None:
    bare = digits.replace(",", "")
    if "." in bare:
        whole, _, rest = bare.partition(".")
        return f"{whole}{rest[0]}.{rest[1:]}".rstrip(".") if chance.random() < 0.5 else whole + rest
    return f"{bare[:-1]}.{bare[-1]}" if len(bare) > 1 else None


def _suffix(pairs: Sequence[tuple[str, str]]) -> Fault:
    """A fault of the unit behind a figure in a table of excerpts."""

    def plant(world: World, chance: random.Random) -> Planted | None:
        before, after = chance.choice(pairs)
        texts = sorted((spot for spot in world.printed if world.files[spot.file].suffix == ".csv"), key=str)
        books = {file: TextBook(world.files[file]) for file in {spot.file for spot in texts}}
        found = [spot for spot in texts if before in books[spot.file].value(spot)]
        return typed(world, chance.choice(found), lambda text: text.replace(before, after)) if found else None

    return plant


def _unit_of_row(world: World, chance: random.Random) -> Planted | None:
    """Another unit in the column of units of a yearbook table."""
    pairs = {"万人": "人", "‰": "%", "%": "‰", "元": "万元", "人": "万人"}
    books = [open_book(raw) for raw in world.of_kind("statistics") if raw.suffix == ".xlsx"]
    found = [(book, spot) for book in books for spot in book.spots() if book.value(spot) in pairs]
    if not found:
        return None
    book, spot = chance.choice(found)
    before = book.value(spot)
    book.put(spot, pairs[before])
    wrong = [one for one in world.printed if (one.file, one.sheet, one.row) == (spot.file, spot.sheet, spot.row)]
    return Planted((book.encoded(),), (spot, *wrong), f"单位{before}→{pairs[before]}")


def _shifted(world: World, chance: random.Random) -> Planted | None:
    """Figures of a column moved down by a line within a few rows, as when one line was skipped in typing."""
    spot = world.pick(chance)
    if spot is None:
        return None
    book = open_book(world.files[spot.file])
    rows = [spot.row + n for n in range(3)]
    block = [replace(spot, row=row) for row in rows]
    known = {spot_of(one) for one in world.observations}
    block = [one for one in block if one in known]
    if len(block) < 2:
        return None
    values = [book.value(one) for one in block]
    if len(set(map(str, values))) < 2:
        return None
    for one, value in zip(block, values[-1:] + values[:-1], strict=True):
        book.put(one, value)
    return Planted((book.encoded(),), tuple(block), f"{block[0].address}起下移一行")


def _exchanged(world: World, chance: random.Random) -> Planted | None:
    """Two figures of one unit and one time exchanged, as when two columns or rows change places."""
    first = world.pick(chance)
    if first is None:
        return None
    one = world.at(first)
    others = sorted(
        {
            spot
            for other in world.observations
            if (spot := spot_of(other)) is not None
            and spot.file == first.file
            and other.unit == one.unit
            and other.value != one.value
            and (other.period == one.period or (other.indicator == one.indicator and other.place == one.place))
        },
        key=str,
    )
    if not others:
        return None
    second = chance.choice(others)
    book = open_book(world.files[first.file])
    values = book.value(first), book.value(second)
    book.put(first, values[1])
    book.put(second, values[0])
    return Planted((book.encoded(),), (first, second), f"{first.address}与{second.address}互换")


def _repeated(world: World, chance: random.Random) -> Planted | None:
    """The figure of the year before typed again."""
    spot = world.pick(chance)
    if spot is None:
        return None
    one = world.at(spot)
    others = [
        place
        for other in world.observations
        if (other.indicator, other.place, other.part) == (one.indicator, one.place, one.part)
        and other.period[:4] < one.period[:4]
        and (place := spot_of(other)) is not None
        and other.value != one.value
    ]
    if not others:
        return None
    source = chance.choice(sorted(set(others), key=str))
    text = str(open_book(world.files[source.file]).value(source))
    return typed(world, spot, lambda _: text if source.file == spot.file else None)


def _year(world: World, chance: random.Random) -> Planted | None:
    """A figure of a table of excerpts under the year before or after."""
    spot = world.pick(chance, kinds=("figures", "survey"))
    if spot is None:
        return None
    book = TextBook(world.files[spot.file])
    column = book.rows[0].index("时点") + 1
    there = replace(spot, column=column)
    text = str(book.value(there))
    step = chance.choice([-1, 1])
    moved = re.sub(r"\d{4}", lambda found: str(int(found[0]) + step), text)
    if moved == text:
        return None
    book.put(there, moved)
    return Planted((book.encoded(),), (spot, there), f"{text}→{moved}")


def _future(world: World, chance: random.Random) -> Planted | None:
    """A year typed that is still to come, or long past."""
    planted = _year(world, chance)
    if planted is None:
        return None
    spot, there = planted.spots
    book = open_book(world.files[spot.file])
    text = str(book.value(there))
    book.put(there, re.sub(r"\d{4}", chance.choice(["2042", "1924", "2204"]), text, count=1))
    return Planted((book.encoded(),), planted.spots, f"{text}→{book.value(there)}")


_COLUMNS = {"indicator": ("指标", "选项"), "place": ("地区",), "n": ("样本量",)}


def _named_otherwise(pairs: Mapping[str, Sequence[str]], key: str) -> Fault:
    """Another name in the column of names of a table of excerpts."""

    def plant(world: World, chance: random.Random) -> Planted | None:
        spot = world.pick(chance, kinds=("figures", "survey"))
        if spot is None:
            return None
        book = TextBook(world.files[spot.file])
        columns = [n for n, text in enumerate(book.rows[0], 1) if text in _COLUMNS[key]]
        if not columns:
            return None
        there = replace(spot, column=columns[0])
        text = str(book.value(there))
        meant = [new for old, new in pairs.items() if old == text]
        if not meant:
            return None
        new = chance.choice(meant[0])
        book.put(there, new)
        return Planted((book.encoded(),), (spot, there), f"{text}→{new}")

    return plant


_INDICATORS = {
    "常住人口": ["户籍人口"],
    "总人口": ["户籍人口"],
    "年末人口": ["户籍人口"],
    "出生人口": ["死亡人口"],
    "托位数": ["社区嵌入式托位", "实际入托人数"],
    "实际入托人数": ["托位数"],
    "托育服务机构数": ["已备案机构"],
    "托育机构数": ["备案机构数", "开设托班幼儿园数"],
    "开设托班的幼儿园": ["已备案机构"],
    "已备案机构": ["开设托班的幼儿园"],
    "城镇居民人均可支配收入": ["居民人均可支配收入", "农村居民人均可支配收入"],
    "农村居民人均可支配收入": ["居民人均可支配收入"],
    "居民人均可支配收入": ["城镇居民人均可支配收入"],
    "人口出生率": ["人口死亡率"],
    "0岁人口(七普)": ["1-4岁人口(七普)", "0-14岁人口(七普)"],
    "1-4岁人口(七普)": ["0-14岁人口(七普)"],
    "托位使用率": ["入托率"],
    "婴幼儿入托率": ["托位使用率"],
    "每千人口托位数": ["每千人口托位数目标"],
    "月均托费": ["居民月人均可支配收入"],
}
_OPTIONS = {
    "公办": ["民办", "公立"],
    "民办": ["普惠民办"],
    "普惠民办": ["民办"],
    "距离": ["保育质量", "离家近"],
    "保育质量": ["硬件设施"],
    "15分钟以内": ["15分钟以上", "30分钟以内"],
    "15分钟以上": ["15分钟以内"],
    "全日托": ["半日托"],
    "1500元/月以下": ["1500-2000元/月"],
    "1500-2000元/月": ["2000-3000元"],
    "2000-3000元": ["3000元"],
    "社区服务中心或居住小区": ["幼儿园托班"],
    "幼儿园托班": ["社区服务中心或居住小区"],
    "2000元/月以下": ["1500元/月以下"],
}


def _sample_size(world: World, chance: random.Random) -> Planted | None:
    """Another number of answers beside one share."""
    spot = world.pick(chance, kinds=("survey",))
    if spot is None:
        return None
    book = TextBook(world.files[spot.file])
    there = replace(spot, column=book.rows[0].index("样本量") + 1)
    text = str(book.value(there))
    new = chance.choice([swapped(text, chance), dropped(text, chance), mistyped(text, chance)])
    if not new or new == text:
        return None
    book.put(there, new)
    return Planted((book.encoded(),), (spot, there), f"样本量{text}→{new}")


def _another_place(world: World, chance: random.Random) -> Planted | None:
    """A figure booked under another place that the edition knows."""
    spot = world.pick(chance, kinds=("figures",))
    if spot is None:
        return None
    book = TextBook(world.files[spot.file])
    there = replace(spot, column=book.rows[0].index("地区") + 1)
    text = str(book.value(there))
    names = ["全国", *sorted({str(book.value(replace(there, row=row))) for row in range(2, len(book.rows) + 1)})]
    others = [name for name in names if name and name != text]
    if not others:
        return None
    new = chance.choice(others)
    book.put(there, new)
    return Planted((book.encoded(),), (spot, there), f"{text}→{new}")


def _another_file(world: World, chance: random.Random) -> Planted | None:
    """The file of another city under the name of the right one."""
    tables = [raw for raw in world.files.values() if raw.suffix == ".csv" and raw.source.reading.kind == "figures"]
    own = [raw for raw in tables if any(spot.file == raw.path for spot in world.printed)]
    if len(tables) < 2 or not own:
        return None
    raw = chance.choice(own)
    others = [one for one in tables if one.place != raw.place]
    other = chance.choice(others)
    wrong = tuple(spot for spot in sorted(world.printed, key=str) if spot.file == raw.path)
    return Planted((replace(raw, content=other.content),), wrong, f"内容换成{other.path}", whole=True)


def _share_plausible(world: World, chance: random.Random) -> Planted | None:
    """A share some points higher or lower."""
    spot = world.pick(chance, own=True, unit="%")
    by = chance.choice([-15, -8, -3, 3, 8, 15])

    def retyped(text: str) -> str | None:
        found = NUMBER.search(text)
        if not found or not 0 < float(found[0]) + by < 100:
            return None
        decimals = len(found[0].partition(".")[2])
        return text.replace(found[0], f"{float(found[0]) + by:.{decimals}f}", 1)

    return typed(world, spot, retyped)


def _share_impossible(world: World, chance: random.Random) -> Planted | None:
    """A share of more than a hundred."""
    spot = world.pick(chance, unit="%")
    return typed(
        world,
        spot,
        lambda text: NUMBER.sub(lambda found: f"1{found[0]}" if float(found[0]) >= 10 else found[0], text, count=1),
    )


def _share_copied(world: World, chance: random.Random) -> Planted | None:
    """The share of one option typed at another one of the question."""
    spot = world.pick(chance, kinds=("survey",))
    if spot is None:
        return None
    words = vocabulary()
    question = words[world.at(spot).indicator].question
    others = [
        place
        for one in world.observations
        if question and words[one.indicator].question == question and one.value != world.at(spot).value
        if (place := spot_of(one)) is not None and place.file == spot.file
    ]
    if not others:
        return None
    source = chance.choice(sorted(set(others), key=str))
    return typed(world, spot, lambda _: str(open_book(world.files[spot.file]).value(source)))


def _zero(world: World, chance: random.Random) -> Planted | None:
    """A nought where a figure was."""
    return typed(world, world.pick(chance), lambda text: NUMBER.sub("0", text, count=1))


def _emptied(world: World, chance: random.Random) -> Planted | None:
    """A figure left out."""
    spot = world.pick(chance)
    if spot is None:
        return None
    book = open_book(world.files[spot.file])
    before = book.value(spot)
    book.put(spot, None)
    return Planted((book.encoded(),), (spot,), f"{before}→空")


def _ranged(world: World, chance: random.Random) -> Planted | None:
    """A range instead of one figure."""

    def retyped(text: str) -> str | None:
        found = NUMBER.search(text)
        if not found or "-" in text or "." in found[0] or len(found[0]) < 2:
            return None
        return text.replace(found[0], f"{found[0]}-{int(found[0].replace(',', '')) * chance.choice([2, 12])}", 1)

    return typed(world, world.pick(chance), retyped)


def _bound_lost(world: World, chance: random.Random) -> Planted | None:
    """More than 2000 typed as 2000."""
    found = [one for one in world.observations if one.bound != "=" and spot_of(one) in world.printed]
    if not found:
        return None
    return typed(world, spot_of(chance.choice(found)), lambda text: re.sub(r"^(>=?|<=?|约|近)|余|多", "", text))


def _target(world: World, chance: random.Random) -> Planted | None:
    """A digit of a target in the register of policies."""
    found = [raw for raw in world.of_kind("policies") if "[[policy.target]]" in raw.content.decode()]
    if not found:
        return None
    raw = chance.choice(found)
    text = raw.content.decode()
    values = list(re.finditer(r'(?m)^value = "([^"]+)"', text))
    one = chance.choice(values)
    change = chance.choice([swapped, mistyped, _point_moved, doubled])
    number = NUMBER.search(one[1])
    digits = change(number[0], chance) if number else None
    if number is None or digits is None or digits == number[0]:
        return None
    new = one[1].replace(number[0], digits, 1)
    ids = re.findall(r'(?m)^id = "([^"]+)"', text[: one.start()])
    changed = replace(raw, content=(text[: one.start(1)] + new + text[one.end(1) :]).encode())
    return Planted((changed,), (Spot(raw.path, f"target“{ids[-1]}”", 1, 1),), f"{one[1]}→{new}")


TYPED: dict[str, tuple[Fault, ...]] = {
    "数字对调": (_number(swapped),),
    "漏一位数字": (_number(dropped),),
    "多一位数字": (_number(doubled),),
    "打错一位数字": (_number(mistyped),),
    "小数点错位": (_number(_point_moved),),
    "百分号与千分号": (_suffix([("‰", "%"), ("%", "‰")]),),
    "漏写“万”": (
        _suffix([("万人", "人"), ("万个", "个"), ("万家", "家"), ("亿元", "万元"), ("万元", "元")]),
        _unit_of_row,
    ),
    "单位不对": (_suffix([("元/月", "元"), ("个", "人"), ("人", "个"), ("家", "万家"), ("元", "万元")]), _unit_of_row),
    "数字错行": (_shifted,),
    "两数互换": (_exchanged,),
    "重复上年": (_repeated,),
    "年份不对": (_year,),
    "将来或过早的年份": (_future,),
    "口径或指标名不对": (_named_otherwise(_INDICATORS, "indicator"),),
    "选项名不对": (_named_otherwise(_OPTIONS, "indicator"),),
    "地区不对": (_another_place,),
    "别处的文件": (_another_file,),
    "占比相差几个百分点": (_share_plausible,),
    "占比超过一百": (_share_impossible,),
    "占比抄到别的选项": (_share_copied,),
    "样本量不对": (_sample_size,),
    "写成零": (_zero,),
    "漏填": (_emptied,),
    "写成区间": (_ranged,),
    "漏写上下限": (_bound_lost,),
    "目标值": (_target,),
}

"""The next edition of a city (下一期): its parameter file from the last, with what is out of date left out and told.

Belongs here: what is carried over, put forward or left out. Nothing is written here.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING

import tomlkit

from tuoyu.nouns.edition import EditionForm
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.forms import title_of
from tuoyu.scaffold.dates import contradicting
from tuoyu.scaffold.dates import put_forward
from tuoyu.scaffold.edition import registered

if TYPE_CHECKING:
    from pathlib import Path

    from tomlkit import TOMLDocument

    from tuoyu.nouns.edition import Edition
    from tuoyu.scaffold.edition import Target

_DRAFT = "送审稿"
_LEFT_OUT = "# 没有沿用："


@dataclass
class Following:
    """下一期 — name and parameter file of the next edition; what was carried over, changed and left out, in words."""

    name: str
    text: str = ""
    kept: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


def a_year_later(day: date) -> date:
    """The same day of the next year; the end of a month stays the end of that month."""
    is_last = day.day == monthrange(day.year, day.month)[1]
    last = monthrange(day.year + 1, day.month)[1]
    return date(day.year + 1, day.month, last if is_last else min(day.day, last))


def follow(root: Path, edition: Edition, as_of: date) -> Following:
    """The next edition after ``edition``, as of a later day; ParameterError for an earlier one."""
    if as_of <= edition.as_of:
        msg = f"下一期的截止日期应晚于 {edition.name} 的 {edition.as_of}，现为 {as_of}"
        raise ParameterError(msg)
    next_one = Following(_name(edition, as_of))
    content = (root / "editions" / f"{edition.name}.toml").read_bytes().decode("utf-8-sig")
    form = tomlkit.parse(content)
    _date(form, edition, as_of, next_one)
    _carry_targets(form, root, edition, as_of, next_one)
    _carry_publication(form, edition, as_of, next_one)
    _carry_proposals(form, edition, as_of, next_one)
    _tell_the_rest(edition, as_of, next_one)
    text = _comments_put_forward(tomlkit.dumps(form), edition.as_of, as_of)
    left_out = "".join(f"{_LEFT_OUT}{words}\n" for words in next_one.dropped)
    next_one.text = left_out + ("\n" if left_out else "") + text
    return next_one


def _name(edition: Edition, as_of: date) -> str:
    """The name with the new date where the old one stands: 2024-08 → 2025-08, 2024 → 2025 at the end of a year."""
    before = edition.as_of
    stem = edition.name.removesuffix(f"-{before.year}-{before.month:02d}")
    if stem != edition.name:
        return f"{stem}-{as_of.year}-{as_of.month:02d}"
    stem = edition.name.removesuffix(f"-{before.year}")
    if stem != edition.name and (as_of.month, as_of.day) == (12, 31):
        return f"{stem}-{as_of.year}"
    return f"{stem if stem != edition.name else edition.city}-{as_of.year}-{as_of.month:02d}"


def _date(form: TOMLDocument, edition: Edition, as_of: date, next_one: Following) -> None:
    years = as_of.year - edition.as_of.year
    population = edition.population_as_of
    for _ in range(years):
        population = a_year_later(population)
    population = min(population, as_of)
    form["as_of"] = as_of
    form["population_as_of"] = population
    form["previous"] = edition.name
    next_one.changed += [
        f"as_of（数据截止日期）：{edition.as_of}→{as_of}",
        f"population_as_of（人口数据日期）：{edition.population_as_of}→{population}，届时没有这一天的人口数据就改回",
        f"previous（上一期）：{edition.previous or '无'}→{edition.name}",
    ]


def _carry_targets(form: TOMLDocument, root: Path, edition: Edition, as_of: date, next_one: Following) -> None:
    known = [one for place in edition.places for one in registered(root / "data" / "raw" / place)]
    for key, id_ in edition.targets.model_dump().items():
        if not id_:
            continue
        label = f"targets.{key}（{title_of(EditionForm, ['targets', key])}）"
        target = next((one for one in known if one.id == id_), None)
        if target is None:
            next_one.doubtful.append(f"{label}：{id_} 没有登记，请先在政策登记表里登记")
        elif not target.year or int(target.year) >= as_of.year:
            until = f"（目标年份{target.year}年）" if target.year else ""
            next_one.kept.append(f"{label}：{id_}{until}")
        elif int(target.year) < edition.as_of.year:  # a standing requirement, dated by its document
            next_one.kept.append(f"{label}：{id_}（{target.year}年起的要求，上一期已经在用）")
        elif newer := _newer(known, target, as_of):
            form["targets"][key] = newer.id
            next_one.changed.append(f"{label}：{id_} 的目标年份{target.year}年已过，改为 {newer.id}（{newer.year}年）")
        else:
            form["targets"].remove(key)
            next_one.dropped.append(f"{label}：{id_} 的目标年份{target.year}年已过，新的规划登记以后再写")


def _newer(known: list[Target], past: Target, as_of: date) -> Target | None:
    """The target of the same place for the nearest year that is not past."""
    alike = [one for one in known if (one.indicator, one.owner) == (past.indicator, past.owner) and one.year]
    ahead = [one for one in alike if int(one.year) >= as_of.year]
    return min(ahead, key=lambda one: one.year, default=None)


def _carry_publication(form: TOMLDocument, edition: Edition, as_of: date, next_one: Following) -> None:
    publication = form["publication"]
    for key in ("title", "subtitle"):
        before = getattr(edition.publication, key)
        now = put_forward(before, edition.as_of, as_of)
        label = f"publication.{key}（{title_of(EditionForm, ['publication', key])}）"
        if now != before:
            publication[key] = now
            next_one.changed.append(f"{label}：{before}→{now}")
        if stale := contradicting(now, as_of):
            next_one.doubtful.append(f"{label}：写着{'、'.join(stale)}，与截止日期不同，请核对")
    if edition.publication.status != _DRAFT:
        publication["status"] = _DRAFT
        next_one.changed.append(f"publication.status（稿次）：{edition.publication.status}→{_DRAFT}")
    if edition.publication.date:
        publication.remove("date")
        next_one.dropped.append(f"publication.date（成文日期）：{edition.publication.date} 是上一期的，定稿时再写")


def _carry_proposals(form: TOMLDocument, edition: Edition, as_of: date, next_one: Following) -> None:
    for stem, proposal in edition.proposals.items():
        label = f"proposals.{stem}（建议值）"
        if proposal.by and proposal.by < f"{as_of:%Y-%m}":
            form["proposals"].remove(stem)
            next_one.dropped.append(f"{label}：完成时限 {proposal.by} 已过，请重新拟定")
        else:
            next_one.kept.append(label)


def _tell_the_rest(edition: Edition, as_of: date, next_one: Following) -> None:
    for key in ("benchmarks", "comparators"):
        folders = getattr(edition, key)
        next_one.kept += [f"{key}（{title_of(EditionForm, [key])}）：{'、'.join(folders)}"] if folders else []
    assumptions = edition.assumptions
    next_one.kept.append(f"assumptions.demand_rate（送托意愿测算比例）：{assumptions.demand_rate}%")
    next_one.doubtful.append(
        f"assumptions.demand_rate_source（依据）：{assumptions.demand_rate_source}，请核对是否仍然成立"
    )
    if edition.outlook.until <= as_of.year:
        next_one.doubtful.append(f"outlook.until（测算到哪一年）：{edition.outlook.until} 不晚于截止日期，请改")


def _comments_put_forward(text: str, before: date, now: date) -> str:
    """The file with the old edition's date in its whole-line comments put forward: they say of which edition it is."""
    lines = text.splitlines(keepends=True)
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join([*(put_forward(line, before, now) for line in lines[:head]), *lines[head:]])

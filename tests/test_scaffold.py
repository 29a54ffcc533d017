"""A new city: found by its name and no other, and complete from the first moment."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT
from conftest import clean_at
from conftest import copy_repository
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl import load_workbook

from tuoyu.childcare import forms as tables
from tuoyu.childcare.forms import FORMS_OF_A_CITY
from tuoyu.childcare.institutions.categories import categories
from tuoyu.childcare.vocabulary import vocabulary
from tuoyu.nouns.errors import ParameterError
from tuoyu.nouns.source import Source
from tuoyu.reading.quantities import clean_text
from tuoyu.reading.quantities import read_unit
from tuoyu.scaffold import templates
from tuoyu.scaffold.city import city_files
from tuoyu.scaffold.city import create_city
from tuoyu.scaffold.places import Place
from tuoyu.scaffold.places import find_place
from tuoyu.scaffold.places import load_places
from tuoyu.scaffold.places import load_provinces
from tuoyu.workspace.editions import load_edition
from tuoyu.workspace.raw import accept_files
from tuoyu.workspace.raw import check_sources

PLACES = load_places()
AS_OF = date(2024, 8, 31)
CENSUS = ROOT.parent / "shared" / "facts" / "census2020_city_age0_4.csv"
BOOKS = ("托育指标.xlsx", "家长问卷结果.xlsx", "社区婴幼儿数.xlsx", "托育机构名单.xlsx")


def found(name: str) -> Place:
    return find_place(name, PLACES)


def refusal(name: str) -> str:
    with pytest.raises(ParameterError) as caught:
        find_place(name, PLACES)
    return str(caught.value)


# the table


def test_table_has_every_city_of_the_mainland() -> None:
    levels = [place.level for place in PLACES]
    assert {level: levels.count(level) for level in set(levels)} == {
        "直辖市": 4,
        "地级市": 293,
        "地区": 7,
        "自治州": 30,
        "盟": 3,
        "省直辖县级行政区": 20,
        "自治区直辖县级行政区": 12,
    }
    assert len(load_provinces()) == 27


def test_table_is_sorted_and_every_code_stands_once() -> None:
    text = (ROOT / "tuoyu/scaffold/places.csv").read_text(encoding="utf-8")
    codes = [row["code"] for row in csv.DictReader(text.splitlines())]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)


def test_every_district_belongs_to_a_city() -> None:
    rows = csv.DictReader((ROOT / "tuoyu/scaffold/places.csv").read_text(encoding="utf-8").splitlines())
    districts = {row["code"] for row in rows if not row["pinyin"]}
    assert districts == {one.code for place in PLACES for one in place.districts}
    assert {place.name for place in PLACES if not place.districts and place.level == "地级市"} == {
        "东莞市",
        "中山市",
        "儋州市",
        "嘉峪关市",
    }


@pytest.mark.parametrize("by", ["name", "code"])
def test_every_city_is_found_by_its_own_name_and_code(by: str) -> None:
    assert [place.code for place in PLACES] == [found(getattr(place, by)).code for place in PLACES]


def test_short_names_are_found_too_but_where_a_province_bears_the_same() -> None:
    common = {province.short for province in load_provinces()}
    assert {place.short for place in PLACES if place.short in common} == {"吉林", "海南"}
    assert all(found(place.short).code == place.code for place in PLACES if place.short not in common)


def test_pinyin_is_fit_for_a_folder() -> None:
    assert [place.name for place in PLACES if not re.fullmatch("[a-z]{3,}", place.pinyin)] == []


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("六安", "luan"),
        ("亳州", "bozhou"),
        ("台州", "taizhou"),
        ("丽水", "lishui"),
        ("蚌埠", "bengbu"),
        ("厦门", "xiamen"),
        ("重庆", "chongqing"),
        ("长治", "changzhi"),
        ("长春", "changchun"),
        ("长沙", "changsha"),
        ("朝阳", "chaoyang"),
        ("乐山", "leshan"),
        ("漯河", "luohe"),
        ("昌都", "changdu"),
        ("喀什", "kashi"),
        ("阿勒泰", "aletai"),
        ("锡林郭勒", "xilinguole"),
        ("克孜勒苏", "kezilesu"),
        ("巴音郭楞", "bayinguoleng"),
        ("吕梁", "lvliang"),
        ("阿坝", "aba"),
        ("甘孜", "ganzi"),
    ],
)
def test_names_with_rare_readings(name: str, pinyin: str) -> None:
    assert found(name).pinyin == pinyin


@pytest.mark.parametrize("folder", ["jiangmen", "shenzhen", "yulin", "ordos"])
def test_table_agrees_with_the_cities_of_this_repository(folder: str) -> None:
    city = tomllib.loads((ROOT / "data/raw" / folder / "city.toml").read_text(encoding="utf-8"))
    place = found(city["code"])
    assert (place.name, place.short, place.level) == (city["name"], city["short"], city["level"])
    assert (place.province, place.province_code) == (city["province"], city["province_code"])
    listed = sorted((one["code"], one["name"]) for one in city["districts"])
    assert listed == [(one.code, one.name) for one in place.districts]


@pytest.mark.skipif(not CENSUS.is_file(), reason="人口普查分市数据不在本仓库，只在有该文件的电脑上核对")
def test_every_city_of_the_census_is_in_the_table() -> None:
    with CENSUS.open(encoding="utf-8", newline="") as file:
        counted = {row["adcode"]: row["city"] for row in csv.DictReader(file)}
    assert len(counted) == 337
    assert {code: found(code).name for code in counted} == counted


# finding


@pytest.mark.parametrize("name", ["榆林", "榆林市", "610800", "　榆林 ", "６１０８００"])
def test_city_is_found_and_told_from_the_one_of_the_same_sound(name: str) -> None:
    place = found(name)
    assert (place.code, place.remark) == ("610800", "不是玉林市（450900）")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("huizhou", "441300"),
        ("Huizhou", "441300"),
        ("xi'an", "610100"),
        ("lüliang", "141100"),
        ("恩施州", "422800"),
        ("兴安盟", "152200"),
        ("喀什地区", "653100"),
        ("海南州", "632500"),
        ("吉林市", "220200"),
        ("北京", "110000"),
        ("朝阳", "211300"),
        ("济源", "419001"),
        ("神农架", "429021"),
    ],
)
def test_other_ways_of_naming_a_city(name: str, code: str) -> None:
    assert (found(name).code, found(name).remark) == (code, "")


def test_pinyin_of_two_cities_is_refused_with_both() -> None:
    text = refusal("yulin")
    assert "榆林市（610800，陕西省）" in text
    assert "玉林市（450900，广西壮族自治区）" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("吉林", ("吉林市（220200，吉林省）", "也可以指吉林省")),
        ("海南", ("海南藏族自治州（632500，青海省）", "也可以指海南省")),
        ("jilin", ("吉林市", "吉林省")),
        ("广东", ("广东省是省级行政区",)),
        ("广东省", ("广东省是省级行政区",)),
        ("440000", ("广东省是省级行政区",)),
        ("朝阳区", ("北京市朝阳区（110105）、长春市朝阳区（220104）", "请在前面写上所属的城市")),
        ("榆木市", ("没有找到城市“榆木市”", "是不是榆林市（610800，陕西省）")),
        ("惠洲", ("惠州市（441300，广东省）",)),
        ("guangzho", ("广州市（440100，广东省）",)),
    ],
)
def test_what_is_no_city_is_refused_with_what_to_write(name: str, words: tuple[str, ...]) -> None:
    text = refusal(name)
    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [
        ("番禺", "440113", "市辖区"),
        ("长春朝阳区", "220104", "市辖区"),
        ("北京市朝阳区", "110105", "市辖区"),
        ("440703", "440703", "市辖区"),
        ("恩施市", "422801", "县级市"),
        ("台山", "440781", "县级市"),
        ("博罗县", "441322", "县"),
    ],
)
def test_counties_and_districts_are_places_of_their_own(name: str, code: str, level: str) -> None:
    place = found(name)
    assert (place.code, place.level) == (code, level)
    assert place.label == f"{place.name}（{code}，{''.join(dict.fromkeys((place.province, place.parent)))}）"
    assert re.fullmatch(r"[a-z]+-\d{6}", place.pinyin)


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "/etc", "C:\\x", "", "  ", "\x00榆林", "榆林\n", "\x1b[31m榆林", "榆" * 200, "990100", "."]
)
def test_tricks_are_unknown_names_and_leave_the_disk_alone(name: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"没有(找到城市|写城市名称)") as caught:
        create_city(tmp_path, name, FORMS_OF_A_CITY, as_of=AS_OF)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=60))
def test_no_name_breaks_the_search(name: str) -> None:
    try:
        answer = find_place(name, PLACES).label
    except ParameterError as error:
        answer = str(error)
    assert answer.isprintable()


# the files


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_repository(tmp_path_factory.mktemp("new") / "repository")


@pytest.mark.parametrize(
    ("name", "folder", "called"),
    [
        ("玉林", "yulin-450900", "我市"),
        ("惠州", "huizhou", "我市"),
        ("延边州", "yanbian", "我州"),
        ("锡林郭勒盟", "xilinguole", "我盟"),
        ("阿里地区", "ali", "我地区"),
        ("重庆", "chongqing", "我市"),
        ("东莞", "dongguan", "我市"),
        ("定安", "dingan", "我县"),
    ],
)
def test_new_city_is_complete_and_accepted(name: str, folder: str, called: str, repository: Path) -> None:
    made = create_city(repository, name, FORMS_OF_A_CITY, as_of=AS_OF)
    edition = load_edition(repository, f"{folder}-2024-08")
    assert made[-1] == repository / "editions" / f"{folder}-2024-08.toml"
    assert {path.parent for path in made[:-1]} == {repository / "data/raw" / folder}
    assert (edition.city, edition.population_as_of, edition.benchmarks) == (folder, date(2023, 12, 31), ())
    assert check_sources(repository, edition) == []
    cleaned, cities = clean_at(repository, f"{folder}-2024-08")
    assert cities[folder].self_name == called
    assert cities[folder].departments == {}
    here = f"data/raw/{folder}/"
    assert [one.cell for one in cleaned.observations if one.file.startswith(here)] == []


def test_city_that_is_here_already_is_refused(repository: Path) -> None:
    before = sorted(repository.rglob("*"))
    with pytest.raises(ParameterError, match=r"榆林市（610800）已经有数据文件夹 data/raw/yulin，没有改动"):
        create_city(repository, "榆林", FORMS_OF_A_CITY, as_of=AS_OF)
    assert sorted(repository.rglob("*")) == before


def test_second_call_is_refused(tmp_path: Path) -> None:
    create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=AS_OF)
    with pytest.raises(ParameterError, match="data/raw/huizhou"):
        create_city(tmp_path, "441300", FORMS_OF_A_CITY, as_of=date(2025, 8, 31))


@pytest.mark.parametrize("there", ["editions/huizhou-2024-08.toml", "data/raw/huizhou/人口.csv"])
def test_nothing_is_overwritten(there: str, tmp_path: Path) -> None:
    (tmp_path / there).parent.mkdir(parents=True)
    (tmp_path / there).write_text("旧", encoding="utf-8")
    with pytest.raises(ParameterError, match="已经存在"):
        create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=AS_OF)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / there]
    assert (tmp_path / there).read_text(encoding="utf-8") == "旧"


def test_failure_at_the_last_step_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if target.parent.name == "editions":
            raise OSError(28, "disk full")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="disk full"):
        create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=AS_OF)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list((tmp_path / "data/raw").iterdir()) == []


def test_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (create_city(tmp_path / name, "惠州", FORMS_OF_A_CITY, as_of=AS_OF) for name in "ab")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("name", BOOKS)
def test_workbooks_hold_no_clock_time(name: str) -> None:
    content = city_files(found("惠州"), AS_OF, FORMS_OF_A_CITY)[name]
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert {entry.date_time[0] for entry in file.infolist()} == {2000}
        assert set(re.findall(rb">(20\d\d)-", file.read("docProps/core.xml"))) == {b"2000"}


def test_sidecars_have_every_key_and_the_right_digest() -> None:
    files = city_files(found("惠州"), AS_OF, FORMS_OF_A_CITY)
    papers = {name: tomllib.loads(text.decode()) for name, text in files.items() if name.endswith(".source.toml")}
    assert len(papers) == 6
    kinds = {name: Source.model_validate(paper).reading.kind for name, paper in papers.items()}
    assert sorted(kinds.values()) == ["communities", "evidence", "figures", "institutions", "policies", "survey"]
    reading = Source.model_validate(papers["托育机构名单.xlsx.source.toml"]).reading
    assert (reading.covers, reading.period, reading.place) == ("全部", "2024-08-31", "441300")


# the edition


def targets(root: Path, edition: str) -> dict[str, str | None]:
    return load_edition(root, edition).targets.model_dump()


def test_targets_are_those_of_the_registers_at_hand(repository: Path) -> None:
    create_city(repository, "肇庆", FORMS_OF_A_CITY, as_of=AS_OF)
    create_city(repository, "郴州", FORMS_OF_A_CITY, as_of=AS_OF)
    national = {"national_places": "national-places-2025", "floor_area": "embedded-area-per-place"}
    province = {"places": "guangdong-places-2025", "enrolment": "guangdong-enrolment-2025"}
    assert targets(repository, "zhaoqing-2024-08") == national | province
    assert targets(repository, "chenzhou-2024-08") == national | {"places": None, "enrolment": None}
    assert load_edition(repository, "zhaoqing-2024-08").comparators == ("national", "guangdong")
    assert load_edition(repository, "chenzhou-2024-08").comparators == ("national",)


def test_target_of_another_city_in_the_folder_of_the_province_is_none_of_this_one(clone: Path) -> None:
    register = next((clone / "data/raw/guangdong").glob("政策*.toml"))
    other = """
[[policy]]
id = "guangzhou-plan"
title = "某市规划"
issuer = "某市"
year = "2021"
[[policy.target]]
id = "guangzhou-places"
indicator = "places_per_thousand"
value = "5.0个/千人"
year = "2024"
place = "440100"
"""
    register.write_text(register.read_text("utf-8") + other, "utf-8")
    create_city(clone, "肇庆", FORMS_OF_A_CITY, as_of=AS_OF)
    assert targets(clone, "zhaoqing-2024-08")["places"] == "guangdong-places-2025"


def test_county_takes_the_targets_of_its_city_and_says_whose_they_are(repository: Path) -> None:
    target = """
[[policy]]
id = "jm-plan"
title = "计划"
issuer = "江门市人民政府"
[[policy.target]]
id = "jm-places-2025"
indicator = "places_per_thousand"
value = "6个/千人"
year = "2025"
"""
    register = repository / "data/raw/jiangmen/政策文件登记.toml"
    register.write_text(register.read_text(encoding="utf-8") + target, encoding="utf-8")
    create_city(repository, "台山", FORMS_OF_A_CITY, as_of=AS_OF)
    edition = load_edition(repository, "jiangmen-440781-2024-08")
    assert edition.comparators == ("national", "guangdong", "jiangmen")
    assert (edition.targets.places, edition.targets.enrolment) == ("jm-places-2025", "guangdong-enrolment-2025")
    text = (repository / "editions/jiangmen-440781-2024-08.toml").read_text(encoding="utf-8")
    assert "用的是所属的江门市的" in next(line for line in text.splitlines() if line.startswith("places"))
    assert "所属" not in next(line for line in text.splitlines() if line.startswith("enrolment"))


def test_repository_without_data_gives_an_edition_without_targets(tmp_path: Path) -> None:
    create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=AS_OF)
    edition = load_edition(tmp_path, "huizhou-2024-08")
    assert (edition.comparators, set(edition.targets.model_dump().values())) == ((), {None})


@pytest.mark.parametrize(
    ("as_of", "population", "subtitle"),
    [
        (date(2024, 12, 31), date(2024, 12, 31), "（截至2024年12月底）"),
        (date(2024, 2, 29), date(2023, 12, 31), "（截至2024年2月底）"),
        (date(2025, 8, 15), date(2024, 12, 31), "（截至2025年8月15日）"),
    ],
)
def test_dates_follow_from_the_day(as_of: date, population: date, subtitle: str, tmp_path: Path) -> None:
    create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=as_of)
    edition = load_edition(tmp_path, f"huizhou-{as_of:%Y-%m}")
    assert (edition.as_of, edition.population_as_of) == (as_of, population)
    assert edition.publication.subtitle == subtitle
    assert edition.publication.title == "惠州市3岁以下婴幼儿托育服务监测报告"


def test_day_beyond_all_years_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="2000 至 2100"):
        create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=date(1924, 8, 31))
    assert list(tmp_path.iterdir()) == []


# the workbooks


def opened(name: str, city: str = "惠州") -> Workbook:
    return load_workbook(io.BytesIO(city_files(found(city), AS_OF, FORMS_OF_A_CITY)[name]))


@pytest.mark.parametrize("name", BOOKS)
def test_workbook_explains_itself(name: str) -> None:
    book = opened(name)
    sheet = book.worksheets[0]
    row = 2 if name == "社区婴幼儿数.xlsx" else 1
    headings = [cell for cell in sheet[row] if cell.value]
    assert "填表说明" in book.sheetnames
    assert all(cell.comment and cell.comment.text for cell in headings)
    assert sheet.freeze_panes == f"A{row + 1}"
    assert sheet.cell(row + 1, 1).value == "示例"


@pytest.mark.parametrize(
    ("name", "heading", "choices"),
    [
        ("托育指标.xlsx", "单位", list(tables.UNITS)),
        ("托育指标.xlsx", "口径", ["户籍口径", "常住口径"]),
        ("托育指标.xlsx", "地区", ["惠州市", "惠城区", "惠阳区", "博罗县", "惠东县", "龙门县"]),
        ("社区婴幼儿数.xlsx", "区县", ["惠城区", "惠阳区", "博罗县", "惠东县", "龙门县"]),
        ("托育机构名单.xlsx", "举办性质", ["公办", "民办", "公办民营", "民办公助"]),
        ("托育机构名单.xlsx", "所属区县", ["惠城区", "惠阳区", "博罗县", "惠东县", "龙门县"]),
    ],
)
def test_drop_down_lists(name: str, heading: str, choices: list[str]) -> None:
    book = opened(name)
    sheet = book.worksheets[0]
    cell = next(cell for row in sheet.iter_rows(max_row=2) for cell in row if cell.value == heading)
    below = f"{cell.column_letter}{cell.row + 1}"
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list" and below in rule.sqref]
    where = rule.formula1.split("!")[1].replace("$", "")
    assert [row[0].value for row in book["选项"][where]] == choices


@pytest.mark.parametrize("name", ["社区婴幼儿数.xlsx", "托育机构名单.xlsx"])
def test_city_without_districts_is_not_asked_for_them(name: str) -> None:
    assert not any("区县" in str(cell.value) for row in opened(name, "东莞").worksheets[0].iter_rows() for cell in row)


def test_figures_are_kept_as_they_are_typed() -> None:
    sheet = opened("托育指标.xlsx").worksheets[0]
    assert sheet["D2"].number_format == "@"
    assert sheet.column_dimensions["D"].number_format == "@"


def test_asked_indicators_and_their_units_are_known_to_the_vocabulary() -> None:
    known = {entry.name: entry.unit for entry in vocabulary().values()}
    asked = {name: read_unit(unit)[0] for name, unit, _ in tables.INDICATORS}
    assert asked == {name: known[name] for name in asked}
    assert [name for name, _, _ in tables.INDICATORS].count("出生人口") == 3
    assert all(read_unit(unit) for unit in tables.UNITS)


def test_asked_questions_are_known_to_the_vocabulary() -> None:
    known = {clean_text(alias) for entry in vocabulary().values() for alias in entry.aliases}
    assert [line for line in tables.SURVEY if clean_text("/".join(line)) not in known] == []


def test_choices_are_known_to_the_register_of_institutions() -> None:
    known = categories()
    assert set(tables.FORMS) == set(known["form"])
    assert set(tables.OWNERSHIP) == set(known["ownership"])
    assert tables.REGISTRATION[0] in known["words"]["registered"]
    assert tables.REGISTRATION[1] in known["words"]["unregistered"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    columns = (templates.Column("名称", 10, "说明"),)
    content = templates.workbook(templates.Template("表", columns, (templates.EXAMPLE,), ((text,),), ()))
    cell = load_workbook(io.BytesIO(content))["表"]["A3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_filled_in_tables_are_read(tmp_path: Path) -> None:
    create_city(tmp_path, "惠州", FORMS_OF_A_CITY, as_of=AS_OF)
    folder = tmp_path / "data/raw/huizhou"
    fill(folder / "托育指标.xlsx", {"D3": "606.56", "F3": "2023年末", "D12": "12,345", "F12": "2024年8月底"})
    fill(folder / "家长问卷结果.xlsx", {"D4": "89.9%", "E4": "287", "F4": "2024年"})
    fill(folder / "社区婴幼儿数.xlsx", {"B4": "惠城区", "C4": "桥东街道", "D4": "合计", "E4": 9, "F4": 1234})
    line = {"B3": "阳光托育园", "D3": "幼儿园托班", "E3": "民办", "F3": "是", "G3": 60, "H3": 45, "I3": "已备案"}
    fill(folder / "托育机构名单.xlsx", {**line, "J3": 2700, "K3": 560, "L3": "惠城区"})
    assert len(accept_files(tmp_path, "huizhou")) == 4
    unsigned, _ = clean_at(tmp_path, "huizhou-2024-08")
    wrong = [one for one in unsigned.findings if one.severity == "error"]
    assert len(wrong) == 4
    assert all("producer、locator、basis 还没有填写，数字没有出处" in one.what for one in wrong)
    for paper in folder.glob("*.source.toml"):
        paper.write_text(re.sub("（填写[^）]*）", "惠州市卫生健康局", paper.read_text("utf-8")), "utf-8")
    cleaned, _ = clean_at(tmp_path, "huizhou-2024-08")
    assert [one.text for one in cleaned.findings if one.severity == "error"] == []
    read = {(one.place, one.indicator, one.period): one.value for one in cleaned.observations if not one.basis}
    assert read[("441300", "residents", "2023-12-31")] == 6065600
    assert read[("441302", "children", "2024-08-31")] == 1234
    shares = {one.indicator: one.respondents for one in cleaned.observations if one.indicator.startswith("survey")}
    assert shares == {"survey_full_day": 287}
    whole = [one.value for one in cleaned.observations if one.indicator == "places" and not one.part]
    assert whole == [60]


def fill(path: Path, cells: dict[str, str | int]) -> None:
    book = load_workbook(path)
    for cell, value in cells.items():
        book.worksheets[0][cell] = value
    book.save(path)

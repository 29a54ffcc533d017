"""Personal data: every spelling is found, in headings and in texts, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from handmade_secrets import NAMED
from handmade_secrets import SECRETS
from hypothesis import given
from hypothesis import strategies as st

from tuoyu.nouns.finding import Finding
from tuoyu.nouns.forms import FormError
from tuoyu.nouns.forms import parse_form
from tuoyu.nouns.personal import HIDDEN
from tuoyu.nouns.personal import is_personal
from tuoyu.nouns.personal import without_personal
from tuoyu.reading.quantities import clean_text

HEADINGS = (
    "联系人",
    "联系电话",
    "联系方式",
    "姓名",
    "负责人",
    "法定代表人",
    "法人",
    "园长",
    "园长姓名",
    "园长电话",
    "机构负责人及联系电话",
    "身份证号码",
    "证件号",
    "地址",
    "家庭住址",
    "详细地址",
    "微信号",
    "微信",
    "QQ号",
    "电子邮箱",
    "E-mail",
    "email",
    "来自IP",
    "IP",
    "IP地址",
    "来源详情",
    "提交答卷时间",
    "手机号",
    "手机",
    "您的姓名",
    "孩子家长姓名",
    "3、您的手机号码（选填）",
    "法人代表姓名",
    "联系人/电话",
    "LianXi_Ren",
    "FuZe_Ren",
    "昵称",
    "openid",
    "填表人",
    "监护人身份证号",
    "机构地址",
    "单位负责人签名",
    "Tel",
    "家长电话1",
    "托育园 园长",
    "园长（签字）",
    "联系人（无则不填）",
    "请留下您的联系方式，以便我们回访",
    "您孩子的姓名是？",
    "宝宝出生日期",
    "园长姓名、学历",
    "负责人姓名及职务",
    "校长",
    "出资人",
    "银行账户",
    "微信/QQ",
    "Wechat ID",
    "IP归属地",
    "现住址",
    "身份证号（后四位）",
    "实际控制人",
)
NO_HEADINGS = (
    "VIP托育园",
    "托位数",
    "园长人数",
    "负责人数",
    "法人性质",
    "法人类型",
    "机构名称",
    "名称",
    "家长人数",
    "电话回访次数",
    "地址变更次数",
    "托育机构联系电话一览表",
    "IPTV用户数",
    "家长满意度",
    "家长",
    "监护人类型",
    "提供者",
    "举办性质",
    "举办者性质",
    "举办者类型",
    "婴幼儿数",
    "家庭托育点",
    "机构",
    "社区",
    "学校名称",
    "园所数",
    "手机普及率",
    "邮政编码",
    "是否有微信群",
    "热线",
    "园长（人）",
    "园长、教师人数",
    "法人（性质）",
    "定位",
    "name",
    "经营者类型",
    "股东数",
    "负责人（名）",
    "联系家长次数",
    "手机端访问量",
    "地址变更（次）",
)
HARMLESS = (
    "VIP托育园",
    "2023年12月31日",
    "28600人",
    "江协〔2024〕48号",
    "粤府办〔2021〕13号",
    "91440703MA4W1234X5",
    "12440700455858123X",
    "440703001001",
    "出生人口下降率原文为“53.84%”",
    "1500-2000元",
    "2017-2023年",
    "0.38333333333",
    "13800138000元",
    "家长问卷结果.csv，D16；D18；D19；D20",
    "D3:F62",
    "原文“23595个”",
    "2024-08-31",
    "国卫人口发〔2019〕58号",
    "第12号",
    "1:1",
    "3.41万人",
    "托育机构357家",
    "12:30:45",
    "1.2.3",
    "建筑面积1560.25平方米",
    "社区数12 人数856",
    "data/raw/jiangmen/社区.csv，工作表“2024”，C8",
    "常住人口482.24万",
    "人民路街道12个社区",
    "江门市3岁以下",
    "《中国统计年鉴2024》表2-5",
    "target“guangdong-enrolment-2025”",
    "https://www.stats.gov.cn/sj/ndsj/2024/indexch.htm",
    "幸福里小区23人",
    "长堤街道856人",
    "信息：2023年",
    "道路里程3456789米",
    "3.43、34100、29917、28600",
    "社区服务中心或居住小区",
    "5号线",
    "报告2024第5期3000元",
    "每班不超过20人、3号文件",
    "幸福村12户婴幼儿家庭",
    "138.46153846",
    "1560.2533333",
    "15 20 30 40 50",
    "15-18-20-22-25岁",
    "17 862、18 236、20 144",
    "2024-08-31 10:00:00至2024-09-01 12:00:00",
    "https://www.example.gov.cn/content/post_13800138027.html",
    "示例路街道3个、花园社区5个",
    "江华一路、江华二路",
    "环市街道1.2万人",
    "审核：已通过",
    "e3b0c44298fc1c149afbf4c13800138027e41e4649b934ca495991b7852b855",
    "联系人、电话、地址三列",
    "负责人：",
    "由江海区填报、由街道汇总、由市统计局提供",
    "甲园（蓬江区）、江海托育园",
    "EG12345",
    "440703001001002",
    "托位3.5个/千人：2025年",
    "第3—5号文件、A3纸",
    "村级2-3个",
    "小区配套园1-2个",
    "微信公众号“示例发布”",
    "工作QQ群",
    "新会区12个镇（街）",
    "一是机构少，三是价格高",
    "2408:8256",
    "信用代码：91440703MA4W1234X5",
    "每小区1-2个、每社区1-3处",
    "投入13800138027.00元",
    "负责人方面",
    "园长任职条件",
    "园长周例会",
    "负责人高度重视",
    "联系人白天在岗",
    "许多家长、高中家长",
    "3栋120个托位",
    "新建3栋502个托位",
    "12栋住宅配建托位120个",
    "8座125公里",
    "住在农村的家庭占3成",
    "住在12个镇（街）的孩子",
    "名叫“小太阳”的托育园",
    "5*8=40",
    "托位12**",
    "粤B类机构",
    "在163个社区、126家机构",
    "账户余额12345678元",
)


def test_forty_spellings_are_tried() -> None:
    assert len(set(SECRETS)) >= 40


@pytest.mark.parametrize("secret", [*SECRETS, *NAMED])
@pytest.mark.parametrize("around", ["{}", "甲园（{}）重复", "原文“{}”，请核对", "名称：乙园 {}"])
def test_secret_does_not_get_through(secret: str, around: str) -> None:
    cleared = without_personal(around.format(secret))
    assert secret not in cleared
    assert HIDDEN in cleared


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_does_not_get_through_when_a_reader_has_tidied_it(secret: str) -> None:
    cleared = without_personal(clean_text(f"甲园（{secret}）"))
    assert HIDDEN in cleared
    assert not re.search(r"\d{5}|张三|李小四|王五|欧阳|zhang", cleared)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_finding_carries_it_whoever_quotes_it(secret: str) -> None:
    finding = Finding("error", "row", "名单.xlsx，A3", f"“甲园{secret}”不认识", f"改正“{secret}”")
    assert secret not in json.dumps(finding.to_dict(), ensure_ascii=False)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert without_personal(text) == text


@pytest.mark.parametrize("heading", HEADINGS)
def test_heading_of_a_personal_column(heading: str) -> None:
    assert is_personal(heading)
    assert is_personal(f" {heading} ")


@pytest.mark.parametrize("heading", NO_HEADINGS)
def test_heading_of_another_column(heading: str) -> None:
    assert not is_personal(heading)


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ('[[evidence]]\nid = "调研"\ntext = "园长李四（138-0013-8027）反映"', "evidence 第1条 text"),
        ('title = "甲"\nlist = ["乙", "微信：zhangsan_88"]', "list 第2条"),
        ('[options]\n"张三 13800138027" = ""', "options"),
    ],
)
def test_what_we_write_ourselves_must_not_tell_of_anybody(form: str, where: str) -> None:
    with pytest.raises(FormError, match=f"^{where} 里有电话、证件号、账号一类的个人信息，请删去"):
        parse_form(form.encode())


@pytest.mark.parametrize("text", ["建设二路98号的社区托育园", "12345热线", "〖原文如此〗", "江协〔2024〕48号"])
def test_places_and_public_numbers_may_be_told(text: str) -> None:
    assert parse_form(f'text = "{text}"'.encode()) == {"text": text}


@given(st.binary())
def test_digest_is_nobodys_number(content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    assert parse_form(f'sha256 = "{digest}"'.encode()) == {"sha256": digest}


@given(st.text())
def test_any_text_is_read_and_nothing_is_added_twice(text: str) -> None:
    cleared = without_personal(text)
    assert without_personal(cleared) == cleared

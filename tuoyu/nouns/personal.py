"""Personal data (个人信息): headings of columns that hold it, and what of it stands in a text, taken out.

Belongs here: what counts as personal, for readers, findings and return sheets alike. A heading counts as a whole
(园长姓名, not 园长人数), a text by its parts; figures, codes of institutions and names of institutions never count.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HIDDEN = "（已隐去）"

# --- headings

_WHOSE = (
    "托育|机构|单位|园所|园|幼儿园|学校|企业|公司|社区|主要|直接|现任|第[一二三]|家长|家庭|父亲|母亲|父母|爸爸|妈妈|监护人|儿童|婴幼儿|幼儿|"
    "宝宝|孩子|学生|本人|您的?|你的?|请问|请填写|请留下|填写|受访者|被访者|填表|填报|制表|报送|联系|负责|常用|紧急|备用|办公|"
    "固定|移动|通讯|通信|联络|详细|现|居住|户籍|户口|注册|登记|经营|办公|办学|办托|实际|所在|工作|电子|个人|业务|分管|安全|卫生|"
    "行政|保育员?|教师|老师|员工|从业人员|微信|QQ|手机|的|来自"
)
_CORE = (
    "联系人|联络人|联络员|负责人|法定代表人|法人代表|法人|园长|院长|所长|经办人|填表人|填报人|制表人|审核人|报送人|举办者|举办人|投资人|"
    "投资者|经营者|开办者|监护人|户主|父亲|母亲|姓名|名字|称呼|电话|手机|座机|固话|传真|联系方式|联络方式|微信|"
    "QQ|邮箱|邮件|邮址|E-?mail|mail|phone|mobile|tel|telephone|contact|wechat|身份证|证件|护照|学籍号|openid|昵称|"
    "用户名|住址|地址|住所|门牌|address|IP"
)
_AFTER = "签[名字章]|号码?|群?号|姓名|名字|账号|帐号|ID|人|一|二|[1-3]"
_LINK = r"[、,，/及和与或()|:;+-]"
_HEADING = re.compile(
    rf"(?:{_WHOSE})*(?:{_CORE})(?:{_AFTER})*(?:{_LINK}*(?:{_WHOSE})*(?:{_CORE})(?:{_AFTER})*)*{_LINK}*", re.IGNORECASE
)
_OF_THE_TOOL = re.compile("来源详情|(?:提交|开始|结束)(?:答卷|填写|作答)?(?:的)?时间")
_SPELT = re.compile(
    "lianxi_?(?:ren|dianhua|fangshi)|fuze_?ren|faren|fading_?daibiaoren|yuanzhang|dianhua|shouji|dizhi|xingming",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:Q?\d{1,3}[、.:]|第\d+题)")
_REMARK = re.compile(r"\((?:必填|选填|单选|填空|可不填|不公开|如有|可选)\)|[*?？:：。]+$")
_OPEN = re.compile("意见|建议|留言|想说|补充|请(?:说明|注明|具体|写)|填空|简答|其他原因|心声|期待什么|看法")


def is_personal(heading: str) -> bool:
    """Whether a column of this heading tells who somebody is or how to reach them.

    >>> [is_personal(one) for one in ("负责人 及电话", "3、您的微信号（选填）", "VIP托育园", "园长人数", "托位数")]
    [True, True, False, False, False]
    """
    text = _plain(heading)
    return bool(text) and any(kind.fullmatch(text) for kind in (_HEADING, _OF_THE_TOOL, _SPELT))


def is_open_question(heading: str) -> bool:
    """Whether people answer this question in words of their own.

    >>> is_open_question("12、您对托育服务有什么意见或建议？"), is_open_question("您希望的托育形式")
    (True, False)
    """
    return bool(_OPEN.search(_plain(heading)))


def _plain(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _REMARK.sub("", _NUMBERED.sub("", _REMARK.sub("", plain)))


# --- texts

_GAP = r"[ \-.·_—–−/]{1,2}"
_FIGURE = r"(?!\s*(?:元|人|万|亿|个|家|所|名|户|%|‰|平方米|㎡))"
_MOBILE = re.compile(
    rf"(?<![\d.])(?:\(?\+?0{{0,2}}86\)?[ -]?)?1[3-9](?:\d{{9}}|\d(?:{_GAP}\d{{4}}){{2}}|\d{_GAP}\d{{3}}{_GAP}\d{{5}}"
    rf"|\d{_GAP}\d{{8}}|\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}|\d{{5}}{_GAP}\d{{4}})(?!\d){_FIGURE}"
)
_LANDLINE = re.compile(
    rf"(?<![\d.])(?:\(?\+?86\)?[ -]?)?(?:\(0\d{{2,3}}\) ?\d{{3,4}}[ -]?\d{{3,4}}"
    rf"|0\d{{2,3}}{_GAP}\d{{3,4}}[ -]?\d{{3,4}}"
    rf"|0\d{{9,11}}|[48]00{_GAP}?\d{{3,4}}{_GAP}?\d{{3,4}})(?:(?:转|-)\d{{1,5}})?(?!\d){_FIGURE}"
)
_SPOKEN = re.compile(
    "[一幺][三四五六七八九](?:[ ·-]?[〇零一二三四五六七八九幺]){9}(?![〇零一二三四五六七八九幺十百千万])"
)
_ID_CARD = re.compile(r"(?<!\w)([1-6]\d{5})[ -]?((?:19|20)\d\d)[ -]?(\d\d)(\d\d)[ -]?\d{3}[\dXx*](?!\w)", re.ASCII)
_MAIL = re.compile(r"[\w.+-]+ ?(?:@|\[at\]|\(at\)| at ) ?[\w-]+(?: ?\. ?[A-Za-z][\w-]*)+", re.ASCII | re.IGNORECASE)
_IP4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]|\.\d)", re.ASCII)
_IP6 = re.compile(r"(?<![\w:])(?:[0-9A-F]{0,4}:){3,7}[0-9A-F]{0,4}(?![\w:])", re.ASCII | re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?:微信|薇信|[Vv]信|wechat|weixin|\b[vw]x)(?:账?号|同号|id)?[ :是为]{0,3}[A-Za-z][\w-]{4,19}"
    r"|\bwxid_\w+|QQ(?:号码?|群)?[ :是为]{0,3}\d{5,11}(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:电话|手机|座机|固话|传真|联系方式|\btel|\bphone)(?:号码?)?[ :是为]{0,3}\+?\d[\d -]{4,14}\d"
    r"|(?:护照|通行证|身份证|证件)(?:号码?)?[ :是为]{0,3}[A-Za-z]{0,2}\d{6,17}[\dXx]"
    r"|(?:联系人|负责人|法定代表人|园长|姓名|填表人|填报人|制表人|审核人|经办人)(?:姓名)?[:] ?[\u4e00-\u9fff·]{2,4}"
    r"(?![\u4e00-\u9fff])",
    re.IGNORECASE,
)
_STREET = r"[\u4e00-\u9fff]{1,8}(?:路|街|巷|大道|弄|里|胡同|小区|花园|花苑|家园|苑|村|新城|公寓|大厦|广场)"
_ROOM = (
    r"(?:[东南西北中一二三四五六七八九十]?[A-Za-z]?\d{0,4}(?:号楼|号|栋|幢|座|单元|层|楼|室|房|户|[A-Za-z])[ -]?){1,5}"
    r"(?:\d{2,4}(?!\d|人|个|家|元|年))?"
)
_ADDRESS = re.compile(rf"{_STREET} ?(?=[^，。；、]{{0,4}}\d){_ROOM}")
_TYPED = re.compile("〖[^〗]*〗")


def _is_born(match: re.Match[str]) -> bool:
    with suppress(ValueError):
        return bool(date(int(match[2]), int(match[3]), int(match[4])))
    return False


def _is_address(match: re.Match[str]) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(match[0]))
    return False


def _always(_: re.Match[str]) -> bool:
    return True


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (_MAIL, _always),
    (_LABELLED, _always),
    (_ACCOUNT, _always),
    (_ID_CARD, _is_born),
    (_IP6, _is_address),
    (_IP4, _is_address),
    (_MOBILE, _always),
    (_LANDLINE, _always),
    (_SPOKEN, _always),
    (_ADDRESS, _always),
    (_TYPED, _always),
)
# Nothing personal is without one of these; most texts are without all of them.
_SIGNS = re.compile(
    r"\d[\d .·_—–−/()-]{4,}\d|[@〖:：]|[Aa][Tt]|信|[号栋幢座室房]|[Ww][Xx]|[Vv][Xx]|QQ|[一幺][三四五六七八九]"
)


def without_personal(text: str) -> str:
    """The text with every telephone, id, address and account in it taken out; the text itself where there is none.

    >>> without_personal("甲园（138-0013-8027）托位28600个")
    '甲园（（已隐去））托位28600个'
    """
    same = _folded(text)
    if not _SIGNS.search(same):
        return text
    spans = [match.span() for kind, holds in _KINDS for match in kind.finditer(same) if holds(match)]
    if not spans:
        return text
    kept, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            kept += [text[end:start], HIDDEN]
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def _folded(text: str) -> str:
    """The text with full-width signs as plain ones, character by character, so that places stay the same."""
    if text.isascii():
        return text
    folded = (unicodedata.normalize("NFKC", one) for one in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, folded, strict=True))

"""Personal data (个人信息): headings of columns that hold it, and what of it stands in a text, taken out.

Belongs here: what counts as personal, for readers, findings and return sheets alike. A heading counts as a whole
(园长姓名, not 园长人数), a text by its parts; figures, codes of institutions and names of institutions never count.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Iterator
    from collections.abc import Sequence


@dataclass(frozen=True)
class _Pattern:
    """A pattern that is compiled when it is first asked for: most programs ask for none, and compiling takes time."""

    pattern: str
    flags: int = 0

    @cached_property
    def _ready(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags)

    def search(self, text: str) -> re.Match[str] | None:
        return self._ready.search(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._ready.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._ready.finditer(text)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        return self._ready.sub(new, text)


HIDDEN = "（已隐去）"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

# --- headings

_WHOSE = (
    "托育|机构|单位|园所|园|幼儿园|学校|企业|公司|社区|主要|直接|现任|第[一二三]|家长|家庭|父亲|母亲|父母|爸爸|妈妈|监护人|儿童|婴幼儿|幼儿|"
    "宝宝|孩子|学生|本人|您的?|你的?|请问|请填写|请留下|填写|受访者|被访者|填表|填报|制表|报送|联系|负责|常用|紧急|备用|办公|"
    "固定|移动|通讯|通信|联络|详细|现|居住|户籍|户口|注册|登记|经营|办公|办学|办托|实际|所在|工作|电子|个人|业务|分管|安全|卫生|"
    "行政|保育员?|教师|老师|员工|从业人员|微信|QQ|手机|的|来自"
)
_CORE = (
    "联系人|联络人|联络员|负责人|法定代表人|法人代表|法人|园长|院长|所长|校长|站长|董事长|总经理|经理|班主任|"
    "经办人|填表人|填报人|制表人|审核人|复核人|报送人|举办者|举办人|投资人|投资者|经营者|开办者|出资人|股东|业主|房东|"
    "控制人|代理人|监护人|户主|父亲|母亲|姓名|名字|称呼|电话|手机|座机|固话|传真|联系方式|联络方式|微信|抖音|"
    "支付宝|银行卡|银行账户|QQ|邮箱|邮件|邮址|E-?mail|mail|phone|mobile|tel|telephone|contact|wechat|身份证|证件|护照|"
    "学籍号|openid|昵称|用户名|出生日期|出生年月|生日|住址|地址|住所|门牌|车牌|经纬度|address|IP"
)
_AFTER = "签[名字章]|号码?|群?号|姓名|名字|账号|帐号|ID|人|归?属地|是什么|是多少|是|一|二|[1-3]"
_LINK = r"[、,，/及和与或()|:;+-]"
_HEADING = _Pattern(
    rf"(?:{_WHOSE})*(?:{_CORE})(?:{_AFTER})*(?:{_LINK}*(?:{_WHOSE})*(?:{_CORE})(?:{_AFTER})*)*{_LINK}*", re.IGNORECASE
)
_OF_THE_TOOL = _Pattern("来源详情|(?:提交|开始|结束)(?:答卷|填写|作答)?(?:的)?时间")
_SPELT = _Pattern(
    "lianxi_?(?:ren|dianhua|fangshi)|fuze_?ren|faren|fading_?daibiaoren|yuanzhang|dianhua|shouji|dizhi|xingming"
    "|shenfenzheng|weixin|youxiang",
    re.IGNORECASE,
)
_NUMBERED = _Pattern(r"^(?:Q?\d{1,3}[、.:]|第\d+题)")
_REMARK = _Pattern(r"[*?？:：。]+$")
# 联系人(无则不填), 请留下您的电话，以便回访; a bracket may also say that people are counted: 园长(人)
_ASIDE = _Pattern(
    r"\((?!(?:人|名|个|位)\)|[^()]*(?:数|率|性质|类[型别]))[^()]*\)|(?<=.{4})[,;](?:以便|方便|便于|用于|如|若|无|没有|仅).*"
)
_NAMED = _Pattern(rf"(?:{_WHOSE})*(?:{_CORE})*(?:姓名|名字|签名|签字)")
_OPEN = _Pattern("意见|建议|留言|想说|补充|请(?:说明|注明|具体|写)|填空|简答|其他原因|心声|期待什么|看法")


def is_personal(heading: str) -> bool:
    """Whether a column of this heading tells who somebody is or how to reach them.

    >>> [is_personal(one) for one in ("负责人 及电话", "3、您的微信号（选填）", "VIP托育园", "园长人数", "托位数")]
    [True, True, False, False, False]
    """
    text = _plain(heading)
    if not text:
        return False
    # 园长姓名、学历 holds a name in every cell; 园长、教师人数 holds none
    named = len(parts := re.split(_LINK, text)) > 1 and any(_NAMED.fullmatch(one) for one in parts)
    return named or any(kind.fullmatch(text) for kind in (_HEADING, _OF_THE_TOOL, _SPELT))


def is_open_question(heading: str) -> bool:
    """Whether people answer this question in words of their own.

    >>> is_open_question("12、您对托育服务有什么意见或建议？"), is_open_question("您希望的托育形式")
    (True, False)
    """
    return bool(_OPEN.search(_plain(heading)))


def _plain(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for mark in (_REMARK, _NUMBERED, _ASIDE, _REMARK):
        plain = mark.sub("", plain)
    return plain


# --- offices

_OFFICE = _Pattern(
    r"[\w（）()、“”·-]{1,38}(?:局|委|办|部|厅|署|处|科|股|室|院|所|中心|会|站|队|组|社|馆|园|团|政府|大学|学校|集团|公司|机关|街道)"
)
_SHORT = 3  # characters in which a name of a person and that of an office are hard to tell apart


def is_office(text: str) -> bool:
    """Whether this can be the name of an office and not that of a person in it.

    >>> [is_office(one) for one in ("江门市卫生健康局", "市教育局", "张三", "王建社", "市妇幼保健院 李主任")]
    [True, True, False, False, False]
    """
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) <= _SHORT and plain[:1] in _SURNAMES:
        return False
    return bool(_OFFICE.fullmatch(plain)) and without_personal(text) == text


# --- texts

_GAP = r"[ \-.·_—–−/]{1,2}"
_FIGURE = r"(?!\s*(?:元|人|万|亿|个|家|所|名|户|%|‰|平方米|㎡))"
_ABROAD = r"(?:\(?\+?0{0,2}86\)?[ -]?)?"
_MOBILE = _Pattern(rf"(?<![\d.]){_ABROAD}(1(?:{_GAP})?[3-9](?:(?:{_GAP})?\d){{9}})(?!\d|\.\d){_FIGURE}")
# half hidden by whoever sent it: 138****8027
_MASKED = _Pattern(r"(?<!\w)\d{3,14}\*{2,10}\d{2,4}[Xx]?(?!\w)", re.ASCII)
_LANDLINE = _Pattern(
    rf"(?<![\d.])(?:{_ABROAD}(?:\(0\d{{2,3}}\) ?\d{{3,4}}[ -]?\d{{3,4}}"
    rf"|0\d{{2,3}}{_GAP}\d{{3,4}}[ -]?\d{{3,4}}"
    rf"|0\d{{9,11}}|[48]00{_GAP}?\d{{3,4}}{_GAP}?\d{{3,4}})"
    r"|\+86[ -]?\(?\d{2,3}\)?[ -]?\d{3,4}[ -]?\d{4})(?:(?:转|-)\d{1,5})?(?!\d)"
    rf"{_FIGURE}"
)
_NUMERAL = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_SPOKEN = _Pattern(rf"[一幺壹][三四五六七八九叁肆伍陆柒捌玖](?:[ ·-]?[{_NUMERAL}]){{9}}(?![{_NUMERAL}十百千万])")
_ID_CARD = _Pattern(
    r"(?<!\w)[1-6]\d{5}[ -]?((?:19|20)?\d\d)[ -]?(\d\d)(\d\d)[ -]?\d{3}(?:(?<=\d{3})[\dXx*])?(?!\w)", re.ASCII
)
_PASS = _Pattern(r"(?<!\w)[EG]\d{8}(?!\w)|(?<!\w)62\d\d(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\w)", re.ASCII)
_MAIL = _Pattern(
    r"[\w.+-]+ ?(?:@|\[at\]|\(at\)| at ) ?[\w-]+(?: ?(?:\.|\[dot\]|\(dot\)| dot ) ?[A-Za-z][\w-]*)+"
    r"|[\w.+-]+ ?(?:at|#|\*|在|艾特|\(a\)|\[a\]) ?"
    r"(?:qq|163|126|139|sina|sohu|yeah|aliyun|gmail|foxmail|outlook|hotmail) ?(?:\.|dot) ?(?:com|net|cn)\b",
    re.ASCII | re.IGNORECASE,
)
_IP4 = _Pattern(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]|\.\d)", re.ASCII)
_IP6 = _Pattern(
    r"(?:(?<![\w:])|(?<=[^\x00-\x7f]:)|(?<=IP:))(?=[0-9A-F:]{7})(?:[0-9A-F]{0,4}:){2,7}[0-9A-F]{0,4}(?![\w:])",
    re.ASCII | re.IGNORECASE,
)
_ACCOUNT = _Pattern(
    r"(?:[微威薇] ?信|[Vv]信|wechat|weixin|\b[vw]x|抖音|支付宝)(?:账?号|同号| ?id)?[ :是为]{0,3}[A-Za-z][\w-]{4,19}"
    r"|\bwxid_\w+|(?:Q ?Q|扣扣) ?(?:号码?|群)?[ :是为]{0,3}\d{5,11}(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_HAN = "\u4e00-\u9fff"
# what may follow a name without a stop between
_TITLE = "电话|手机|联系|微信|身份证|女士|先生|老师|主任|科长|园长|院长|同志|男|女"
# the commonest family names; what ends like an institution or a place is no person
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾"
    "夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴莫孔向汤温区麦冼伍关"
)
_PLACES = "园所部社区村镇市县院校店局委办站路街司家托班"
_TWO_SIGNS = "欧阳|司徒|上官|诸葛|慕容|皇甫|尉迟"
_GIVEN = rf"[{_HAN}]{{0,1}}(?![{_PLACES}])[{_HAN}]"
_NAME_BEFORE = _Pattern(
    rf"(?:(?:{_TWO_SIGNS})|(?:(?<![{_HAN}])|(?<=联系|请找|电询)|(?<=由))[{_SURNAMES}]){_GIVEN}(?:{_TITLE})?[ (:,]*$"
)
_LABELLED = _Pattern(
    r"(?:电话|手机|座机|固话|传真|联系方式|[☎☏✆📞]|(?<![a-z])(?:tel|phone))(?:号码?)?[ :是为.]{0,3}\+?\d[\d -]{4,14}\d"
    r"|(?:护照|通行证|身份证|证件)(?:号码?)?[ :是为]{0,3}[A-Za-z]{0,2}\d{6,17}[\dXx]"
    r"|(?:账号|帐号|账户|卡号)(?:号码?)?[ :是为]{0,3}\d[\d -]{8,26}\d"
    r"|(?:联系人|联络人|联络员|负责人|法定代表人|法人代表|法人|园长|院长|姓名|家长|监护人|经办人|[填制]表人?|填报人?|"
    rf"(?:审核|复核|报送|校对)人)(?:姓名|签[名字])?[:] ?(?:[{_HAN}·]{{2,4}}?(?=[^{_HAN}·]|$|{_TITLE})|[{_HAN}]{{2,3}}"
    rf"|[{_SURNAMES}] [{_HAN}](?![{_HAN}]))"
    rf"|(?<=由)(?:{_TWO_SIGNS}|[{_SURNAMES}]){_GIVEN}(?=填|提供|汇总|整理|制表|报送|负责)"
    rf"|(?:住|地)址: ?[{_HAN}\w]{{4,40}}",
    re.IGNORECASE,
)
# 联系人李四: without a sign between, where what follows ends like a name and is no other word
_NO_NAMES = (
    "方[面案法式]|任[职命期务]|高[度中校级]|马上|于[是本]|白[天沙]|金额|温馨|万[人名]|向[上下全]|关[于系心]|江[门海]|龙[岗溪]"
    "|夏季|程[度序]|许[可多]|余[人名]|何[时人种处]|周[边期例]|石油|黄金|陈述|张贴|严格|孔|钱款"
)
_UNMARKED = _Pattern(
    rf"(?:联系人|联络人|联络员|法定代表人|法人代表|经办人|[填制]表人|填报人|(?:审核|复核|报送|校对)人|园长|院长|负责人"
    rf"|(?:孩子|宝宝|学生|幼儿)名?叫)(?:姓名|是|为|叫)? ?(?!{_NO_NAMES})(?:{_TWO_SIGNS}|[{_SURNAMES}]){_GIVEN}"
    rf"(?=[^{_HAN}]|$|{_TITLE})"
)
_SPELT_NAME = _Pattern(
    r"(?<![A-Za-z])(?:[Cc]ontact(?: [Pp]erson)?|[Nn]ame|[Ll]inkman): ?[A-Z][a-z]+(?: ?[A-Z][a-z]+){1,2}"
)
_PLATE = _Pattern(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?"
    r"(?=\w*\d\w*\d\w*\d)[A-HJ-NP-Z\d]{5,6}(?!\w)",
    re.ASCII,
)
_STREET = rf"[{_HAN}]{{1,8}}(?:路|街|巷|大道|弄|里|胡同|小区|花园|花苑|家园|苑|村|新城|公寓|大厦|广场)"
_NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十百零〇]{1,4})"
_UNIT = r"(?:号楼|号院|号|栋|幢|座|单元|组|弄|层|楼|室|房)"
_ROOM = (
    r"[A-Za-z]?\d{1,3}(?:-\d{1,4}){1,3}(?:号|室|房)?(?!\d|人|个|家|元|年|月|岁)"
    rf"|(?:[东南西北中]?[A-Za-z]?(?:{_NUMBER} ?{_UNIT}|\d{{0,4}}[A-Za-z](?=[\d -]))(?:之[一二三四五])?[ -]?){{1,5}}"
    r"(?:\d{2,4}(?!\d|人|个|家|元|年)|[一二三四五六七八九零〇]{3,4}(?!十|百))?"
)
_HOUSE = (
    r"(?<![\d.])\d{1,3} ?(?:[栋幢] ?(?:\d{1,2} ?单元 ?)?(?:\d{3,4}(?:室|房|号)?|(?<=单元 )|(?<=单元))"
    r"|座 ?\d{3,4}(?:室|房|号))"
    r"(?! ?[\d人个家元年月户套名岁张平米万])"
    rf"|(?:家住|住在|现住) ?[{_HAN}\w ]{{2,30}}?\d[\d-]{{0,6}} ?(?:号|栋|幢|座|室|房|组|队)"
)
_ADDRESS = _Pattern(rf"{_STREET} ?(?:{_ROOM})|{_HOUSE}")
_TYPED = _Pattern("〖[^〗]*〗")
# web pages and digests have digits that are nobody's
_NOBODYS = _Pattern(r"https?://[^\s?#，。；、“”（）]+|(?<!\w)(?=\d*[a-f])[0-9a-f]{16,}(?!\w)", re.IGNORECASE | re.ASCII)
_FIRST_GROUP, _OTHER_GROUP = 2, 3  # digits of a mobile number that stand together at least
_EARLIEST_BIRTH = 1910


def _is_mobile(match: re.Match[str]) -> bool:
    """Whether eleven digits are grouped as people write telephones: not as a list of figures, nor as one decimal."""
    number = match[1]
    groups = re.split(_GAP, number)
    if len(set(map(len, groups))) == 1 == len(groups[0]):
        return len(set(re.findall(r"\D+", number))) == 1
    if len(groups) == 2 and "." in number:
        return False
    return len(groups[0]) >= _FIRST_GROUP and all(len(one) >= _OTHER_GROUP for one in groups[1:])


def _is_born(match: re.Match[str]) -> bool:
    year = match[1] if len(match[1]) > len("yy") else f"19{match[1]}"
    long = sum(one.isalnum() or one == "*" for one in match[0])
    with suppress(ValueError):
        born = date(int(year), int(match[2]), int(match[3]))
        return long == (18 if year == match[1] else 15) and born.year >= _EARLIEST_BIRTH
    return False


def _is_address(match: re.Match[str]) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(match[0]))
    return False


def _always(_: re.Match[str]) -> bool:
    return True


_Kind = tuple[_Pattern, "Callable[[re.Match[str]], bool]"]
_OF_PERSONS: tuple[_Kind, ...] = (
    (_MAIL, _always),
    (_LABELLED, _always),
    (_ACCOUNT, _always),
    (_ID_CARD, _is_born),
    (_PASS, _always),
    (_IP6, _is_address),
    (_IP4, _is_address),
    (_MOBILE, _is_mobile),
    (_MASKED, _always),
    (_PLATE, _always),
    (_SPELT_NAME, _always),
    (_UNMARKED, _always),
    (_LANDLINE, _always),
    (_SPOKEN, _always),
)
_KINDS: tuple[_Kind, ...] = (*_OF_PERSONS, (_ADDRESS, _always), (_TYPED, _always))
# Nothing that tells of a person is without one of the first, no address or typed text without one of the others;
# most texts are without all of them.
_SIGNS_OF_PERSONS = (
    r"\d[\d .·_—–−/()-]{4,}\d|\d\*|[a-z][·. ]?\d{3}|[@:#☎☏✆📞]|at|信|扣扣|在(?:qq|1)|[wv]x|q ?q|[eg]\d|抖音|支付宝"
    r"|[一幺壹][三四五六七八九叁肆伍陆柒捌玖]|由.{2,5}[填提汇整制报负]"
    r"|(?:联系|联络|经办|填表|制表|填报|审核|复核|报送|校对|负责)人|联络员|代表|[园院]长|叫"
    rf"|[{_UNSEEN}]"
)
_OF_A_PERSON = _Pattern(_SIGNS_OF_PERSONS, re.IGNORECASE)
_OF_ANYTHING = _Pattern(rf"{_SIGNS_OF_PERSONS}|〖|[号栋幢座室房弄组]|[里苑村园区路街] ?[a-z]?\d+-\d", re.IGNORECASE)


def _shows(signs: _Pattern, text: str) -> bool:
    return bool(signs.search(text if text.isascii() else unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=4096)
def without_personal(text: str) -> str:
    """The text with every telephone, id, address and account in it taken out; the text itself where there is none.

    >>> without_personal("甲园（138-0013-8027）托位28600个")
    '甲园（（已隐去））托位28600个'
    """
    if not _shows(_OF_ANYTHING, text):
        return text
    kept, end = [], 0
    for start, stop in sorted(_spans(text, _KINDS)):
        if start >= end:
            kept += [text[end:start], HIDDEN]
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def tells_of_somebody(text: str) -> bool:
    """Whether a text that we write ourselves says how to reach a person, or which papers they have.

    Addresses do not count here: of an institution they may well be told.

    >>> tells_of_somebody("由张三（13800138027）提供"), tells_of_somebody("建设二路98号的托育园")
    (True, False)
    """
    return _shows(_OF_A_PERSON, text) and bool(_spans(text, _OF_PERSONS))


def _spans(text: str, kinds: tuple[_Kind, ...]) -> list[tuple[int, int]]:
    """Where something personal stands."""
    same, places = _folded(text)
    same = _NOBODYS.sub(lambda one: re.sub(r"\d", "#", one[0]), same)
    found = [
        (_with_name(same, match.start()), match.end())
        for kind, holds in kinds
        for match in kind.finditer(same)
        if holds(match)
    ]
    return [(places[start], places[stop - 1] + 1) for start, stop in found]


def _with_name(text: str, start: int) -> int:
    """Where the name of a person begins that stands right before something personal, or the latter itself."""
    name = _NAME_BEFORE.search(text[:start])
    return name.start() if name else start


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text with signs and digits of every kind as plain ones and without invisible ones, and where each stood."""
    folded = text if text.isascii() else text.translate(_PLAIN)
    if len(folded) == len(text):
        return folded, range(len(text))
    return folded, [place for place, one in enumerate(text) if one not in _UNSEEN]


class _Plain(dict[int, str | None]):
    """The plain sign for a sign, both by themselves; none for an invisible one. For ``str.translate``."""

    def __missing__(self, code: int) -> str | None:
        one = chr(code)
        new = str(unicodedata.digit(one)) if one.isdigit() else unicodedata.normalize("NFKC", one)
        self[code] = None if one in _UNSEEN else new if len(new) == 1 else one
        return self[code]


_PLAIN = _Plain()

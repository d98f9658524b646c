"""Real names behind, display names in front: the community chooses what neighbours see."""

COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 "
    "拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五".split()
)
HONORIFIC = {"M": "先生", "F": "女士"}
NICKNAME_FALLBACK = "邻居"


def surname_of(real_name: str) -> str:
    """One character, a compound surname, or a minority or foreign name's first part."""
    if "·" in real_name:
        return real_name.split("·", 1)[0]
    if real_name.isascii():
        return real_name.split(" ", 1)[0]
    return real_name[:2] if real_name[:2] in COMPOUND_SURNAMES and len(real_name) > 2 else real_name[:1]


def display_name(style: str, *, real_name: str, sex: str, building: str, nickname: str | None) -> str:
    """What neighbours read: `王秀英`, `王女士 · 3幢`, or the nickname the person chose."""
    if style == "full_name":
        return real_name
    honoured = f"{surname_of(real_name)}{HONORIFIC[sex]} · {building}"
    if style == "nickname":
        return nickname or f"{NICKNAME_FALLBACK} · {building}"
    return honoured


def building_of(path: str) -> str:
    """`3幢` of `翠湖园 3幢 2单元 501`."""
    names = path.split(" ")
    return names[1] if len(names) > 1 else names[0]


def mask_name(real_name: str) -> str:
    """`王**`: enough to see that it is oneself."""
    shown = surname_of(real_name)
    return shown + "*" * max(1, len(real_name) - len(shown))

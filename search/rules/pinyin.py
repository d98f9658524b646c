"""Chinese by its sound: what a title sounds like, and what somebody may mean who types letters."""

from functools import lru_cache
from itertools import product

from pypinyin import Style, pinyin

READINGS_MOST = 3
"""Of one character: 行 is xing, hang, heng. All are kept, since which it is takes a dictionary to know."""
SPLITS_MOST = 3
"""xian is 先 or 西安; longer words have few ways that are sound."""
LETTERS_MAX = 40
"""Longer is no pinyin that anybody types."""
INITIALS_MAX = 12
"""Nobody spells a longer title by its first letters."""

_INITIALS = frozenset("abcdefghjklmnopqrstwxyz")
_SYLLABLES = frozenset(
    """
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng
    cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu
    cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo
    e ei en eng er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai
    guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji
    jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua
    kuai kuan kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu lo long
    lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu
    na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa
    pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu
    qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha
    shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan
    sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang
    wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying
    yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi
    zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
    """.split()
)
_SYLLABLE_MAX_CHARS = 6
"""zhuang"""
_BEGINNINGS = frozenset(syllable[:length] for syllable in _SYLLABLES for length in range(1, len(syllable) + 1))


@lru_cache(maxsize=8_192)
def readings(character: str) -> tuple[str, ...]:
    """The syllables of one character, the usual one first; none for what is no Chinese character."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(found[0][:READINGS_MOST]) if found else ()


def initials_of(stretch: str) -> set[str]:
    """物业费: wyf. Every way to read it; none when a character has no sound."""
    return {"".join(way) for way in product(*({sound[0] for sound in readings(one)} for one in stretch))}


def sounds_of(stretch: str) -> set[str]:
    """物业: `wu ye`. Every way to read it."""
    return {" ".join(way) for way in product(*map(readings, stretch))}


def are_initials(letters: str) -> bool:
    """Whether these can be the first letters of Chinese syllables, of two or more characters."""
    return 2 <= len(letters) <= INITIALS_MAX and _INITIALS.issuperset(letters)


def splits(letters: str) -> list[list[str]]:
    """wuyef: [wu, ye, f], the last one perhaps unfinished. Fewest syllables first; none: it is no pinyin."""
    if len(letters) > LETTERS_MAX or not letters.isascii():
        return []
    ways: list[list[list[str]]] = [[[]]]
    for end in range(1, len(letters) + 1):
        known = _SYLLABLES if end < len(letters) else _BEGINNINGS
        here = [
            [*way, letters[start:end]]
            for start in range(max(0, end - _SYLLABLE_MAX_CHARS), end)
            if letters[start:end] in known
            for way in ways[start]
        ]
        ways.append(sorted(here, key=len)[:SPLITS_MOST])
    return ways[-1]

"""Real names behind, display names in front."""

import pytest

from backend.core.text import is_real_name
from backend.identity.rules.names import building_of, display_name, mask_name, surname_of


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("王秀英", "王"),
        ("欧阳修", "欧阳"),
        ("欧阳", "欧"),
        ("𠮷田", "𠮷"),
        ("阿卜杜拉·买买提", "阿卜杜拉"),
        ("John Smith", "John"),
    ],
)
def test_surnames(name: str, surname: str) -> None:
    assert surname_of(name) == surname
    assert mask_name(name).startswith(surname) and mask_name(name) != name


@pytest.mark.parametrize(
    ("style", "nickname", "shown"),
    [
        ("full_name", "小王", "王秀英"),
        ("surname_building", "小王", "王女士 · 3幢"),
        ("nickname", "小王", "小王"),
        ("nickname", None, "邻居 · 3幢"),
    ],
)
def test_a_community_chooses_what_neighbours_read(style: str, nickname: str | None, shown: str) -> None:
    assert display_name(style, real_name="王秀英", sex="F", building="3幢", nickname=nickname) == shown


def test_a_building_is_the_second_name_of_a_path() -> None:
    assert building_of("翠湖园 3幢 2单元 501") == "3幢"
    assert building_of("翠湖园") == "翠湖园"


@pytest.mark.parametrize("name", ["王秀英", "𠮷田", "阿卜杜拉·买买提", "迪丽热巴·迪力木拉提"])
def test_real_names_survive(name: str) -> None:
    assert is_real_name(name)


@pytest.mark.parametrize("name", ["12345", "王1", "<b>王</b>", "王\u202e英", "😀😀", "·王", ""])
def test_what_is_no_name(name: str) -> None:
    assert not is_real_name(name)

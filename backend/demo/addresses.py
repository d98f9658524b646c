"""The demo's address tables, as a committee would hand them in."""

from random import Random

HEAD = "小区,楼栋,单元,户,面积"
SEED = 20261121


def lake_side() -> bytes:
    """翠湖园, 6 buildings of 3 entrances and 11 floors; 柳岸新村, 6 older ones of 3 entrances and 6 floors."""
    draw = Random(SEED)
    rows = [HEAD]
    rows += _estate(draw, "翠湖园", "幢", buildings=6, entrances=3, floors=11, homes=(2, 3, 4, 4))
    rows += _estate(draw, "柳岸新村", "号楼", buildings=6, entrances=3, floors=6, homes=(3, 4))
    return "\n".join(rows).encode()


def peach_garden() -> bytes:
    """桃源里: two buildings with entrances, and one whose doors open straight to the yard."""
    draw = Random(SEED + 1)
    rows = [HEAD, *_estate(draw, "桃源里", "幢", buildings=2, entrances=2, floors=6, homes=(2,))]
    rows += [f"桃源里,3幢,,{door}号,{draw.randint(70, 95)}" for door in range(1, 9)]
    return "\n".join(rows).encode()


def _estate(
    draw: Random, name: str, word: str, *, buildings: int, entrances: int, floors: int, homes: tuple[int, ...]
) -> list[str]:
    rows = []
    for building in range(1, buildings + 1):
        for entrance in range(1, entrances + 1):
            doors = draw.choice(homes)
            areas = [draw.randint(5200, 14800) / 100 for _ in range(doors)]
            rows += [
                f"{name},{building}{word},{entrance}单元,{floor}{door + 1:02},{areas[door]:.2f}"
                for floor in range(1, floors + 1)
                for door in range(doors)
            ]
    return rows

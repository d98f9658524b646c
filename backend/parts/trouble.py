"""How starting says no: one sentence, in Chinese and in English, and a non-zero exit."""


class Trouble(Exception):
    """Something the operator must mend. Nothing has been damaged when it is raised."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class ToldAlready(Exception):
    """The operator has read the reason; only the exit status is left to say."""

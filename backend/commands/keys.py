"""`linli keys rotate`: a new sealing key beside the old ones, which still open what they sealed."""

import argparse
from collections.abc import Sequence

from backend.core.crypto import ring, rotate_ring
from backend.settings import settings


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="linli keys", description=__doc__)
    parser.add_argument("act", choices=["rotate"])
    parser.parse_args(words)
    ring()
    key_id = rotate_ring(settings().key_ring_path)
    print(f"已启用新密钥 {key_id},请重启各进程,并备份密钥文件。")
    print(f"{key_id} seals from now on: restart the processes and back the key ring up.")

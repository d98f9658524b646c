"""Whether the key ring can be used, asked before anything is started or sealed."""

import os
import stat

import msgspec

from backend.core.crypto import KeyRing, make_ring
from backend.parts.trouble import Trouble
from backend.settings import Settings

MENDED_BY_CHMOD = stat.S_IRWXG | stat.S_IRWXO


def prepare_keys(chosen: Settings) -> None:
    """A new home gets its keys before its data, so that data without keys always means keys that were lost."""
    refuse_unusable_keys(chosen)
    if not chosen.key_ring_path.exists():
        make_ring(chosen.key_ring_path)


def refuse_unusable_keys(chosen: Settings) -> None:
    """Raises Trouble when the ring is unreadable, damaged, open to others, or missing beside data it sealed."""
    path = chosen.key_ring_path
    try:
        content = path.read_bytes()
        mode = path.stat().st_mode
    except FileNotFoundError:
        _refuse_missing_beside_data(chosen)
        return
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise Trouble(f"无法读取密钥文件 {path}:{why}。", f"The key file {path} cannot be read: {why}.") from None
    if mode & MENDED_BY_CHMOD:
        raise Trouble(
            f"密钥文件 {path} 对其他账号开放,请执行 chmod 600。",
            f"The key file {path} is open to other accounts: chmod 600 it.",
        )
    try:
        msgspec.json.decode(content, type=KeyRing)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Trouble(
            f"密钥文件 {path} 已损坏,请从备份恢复;不要删除它。",
            f"The key file {path} is damaged: restore it from a backup, don't delete it.",
        ) from None


def _refuse_missing_beside_data(chosen: Settings) -> None:
    # A fresh ring would be made without a word, and everybody's sealed identity would be lost behind it.
    if (chosen.home / "pg" / "PG_VERSION").exists():
        raise Trouble(
            f"缺少密钥文件 {chosen.key_ring_path},而数据已存在;请从备份恢复密钥。",
            f"The key file {chosen.key_ring_path} is missing although there is data: restore it from a backup.",
        )

"""How large a picture says that it is, read from its head alone: nothing is decoded here, and nothing of it is changed."""

from typing import BinaryIO

__all__ = ["MOST", "pixels"]

MOST = 100_000_000  # pixels of a photo; phones take a hundred million at most, and more is made to fill a memory
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # markers of JPEG that tell the size
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length


def pixels(file: BinaryIO) -> int:
    """The pixels of a JPEG, PNG or WebP by its own word; 0 where it does not say."""
    file.seek(0)
    head = file.read(30)
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return int.from_bytes(head[16:20]) * int.from_bytes(head[20:24])
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _of_webp(head)
    return _of_jpeg(file) if head.startswith(b"\xff\xd8") else 0


def _of_webp(head: bytes) -> int:
    if len(head) < 30:
        return 0
    match head[12:16]:
        case b"VP8X":
            return (int.from_bytes(head[24:27], "little") + 1) * (int.from_bytes(head[27:30], "little") + 1)
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)
    return 0


def _of_jpeg(file: BinaryIO) -> int:
    """Goes from marker to marker; a file has a few dozen before its picture begins, and one that has thousands is no photo."""
    file.seek(2)
    for _ in range(1000):
        if file.read(1) != b"\xff":
            return 0
        marker = file.read(1)
        while marker == b"\xff":
            marker = file.read(1)
        if not marker or marker[0] in (0x00, 0xD9, 0xDA):
            return 0
        if marker[0] in _ALONE:
            continue
        length = int.from_bytes(file.read(2))
        if marker[0] in _FRAMES:
            size = file.read(5)
            return int.from_bytes(size[1:3]) * int.from_bytes(size[3:5]) if len(size) == 5 else 0
        if length < 2:
            return 0
        file.seek(length - 2, 1)
    return 0

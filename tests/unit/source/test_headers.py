import random
import tarfile

import pytest

from imdb_keras_tfds.source.headers import HeaderError, decimal, parse, pax_records
from tests.helpers.tars import header, pax


def test_a_header_of_any_bytes_has_the_checksum_that_tarfile_says() -> None:
    chance = random.Random(1)
    name = bytes([255]) * 100
    for high in (0, 100, 155):
        info = tarfile.TarInfo((name[:99]).decode("latin-1"))
        info.uname = "\xff" * 31
        info.size = chance.randrange(8**11)
        block = bytearray(info.tobuf(tarfile.GNU_FORMAT, "latin-1"))
        block[345 : 345 + high] = bytes([255]) * high  # to a sum above 16 bits of Adler-32
        chksum = tarfile.calc_chksums(block)[0]  # type: ignore[attr-defined]
        block[148:156] = f"{chksum:06o}\0 ".encode()
        assert parse(bytes(block)) == (name[:99], info.size, b"0")


def test_each_flipped_bit_of_a_header_is_found() -> None:
    block = header("aclImdb/train/pos/0_9.txt", size=20)
    found = parse(block)
    for bit in range(8 * len(block)):
        flipped = bytearray(block)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            same = parse(bytes(flipped))
        except HeaderError:
            continue
        # What ends a number is a space or a NUL, or either of them.
        assert same == found
        assert 148 <= bit // 8 < 156


@pytest.mark.parametrize(
    ("field", "number"),
    [
        (b"00000000024\0", 20),
        (b"00000000024 ", 20),
        (b"000000000024", 20),
        (b"         24 ", 20),
        (b"\x80" + bytes(10) + b"\x14", 20),
        (b"\x80" + bytes(6) + b"\1" + bytes(4), 1 << 32),
    ],
)
def test_forms_of_a_size(field: bytes, number: int) -> None:
    block = header("name")
    block = block[:124] + field + block[136:148] + b" " * 8 + block[156:]
    block = block[:148] + f"{sum(block):06o}\0 ".encode() + block[156:]
    assert parse(block).size == number


def test_the_prefix_of_a_name_is_that_of_ustar_alone() -> None:
    info = tarfile.TarInfo("d" * 90 + "/" + "f" * 60)
    assert parse(info.tobuf(tarfile.USTAR_FORMAT)).name == info.name.encode()
    block = bytearray(header("name"))
    block[345:357] = b"14675000000\0"  # where GNU's format has the time of the last access
    block[148:156] = b" " * 8
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    assert parse(bytes(block)).name == b"name"


def test_values_of_a_pax_header_may_hold_anything() -> None:
    records = {"path": "a=b\nc\0", "SCHILY.xattr.user": "6 a=b\n", "comment": ""}
    content = pax(records)[512:].rstrip(b"\0")
    assert list(pax_records(content)) == [
        (key.encode(), value.encode()) for key, value in records.items()
    ]


def test_an_encoding_that_no_standard_has_is_refused() -> None:
    with pytest.raises(HeaderError, match="the encoding b'latin-1' is unknown"):
        list(pax_records(b"22 hdrcharset=latin-1\n"))


@pytest.mark.parametrize("value", [b"", b"-1", b"1_0", b" 1", b"1.5", b"9" * 21, "٣".encode()])
def test_a_size_that_is_no_number_is_refused(value: bytes) -> None:
    with pytest.raises(HeaderError, match="is no number"):
        decimal(value)

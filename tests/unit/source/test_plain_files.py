import tarfile

from hypothesis import example, given
from hypothesis import strategies as st

from imdb_keras_tfds.source import headers
from imdb_keras_tfds.source.headers import BLOCK_SIZE, Header, HeaderError
from imdb_keras_tfds.source.plain_files import PlainFiles, plain_files
from tests.helpers.tars import END, checked, header, member, pax

NAME = "aclImdb/train/pos/0_9.txt"

FILES = [member(f"aclImdb/train/pos/{i}_9.txt", b"x" * (300 * i)) for i in range(9)]


def contents(piece: bytes, found: PlainFiles) -> list[bytes]:
    return [piece[i:j] for i, j in zip(found.starts, found.stops, strict=True)]


def test_files_are_found_up_to_what_is_none() -> None:
    for behind in (END, member("aclImdb/test/", b"", tarfile.DIRTYPE), pax({"path": "x"}), b""):
        piece = b"ahead" + b"".join(FILES) + behind + FILES[0]
        found = plain_files(piece, 5)
        number = 9 if behind else 10
        assert found.names[:9] == [f"aclImdb/train/pos/{i}_9.txt".encode() for i in range(9)]
        assert contents(piece, found)[:9] == [b"x" * (300 * i) for i in range(9)]
        assert len(found.names) == number
        assert found.stop == 5 + sum(map(len, FILES)) + (0 if behind else len(FILES[0]))


def test_what_is_not_whole_is_left() -> None:
    piece = b"".join(FILES)
    before = len(piece) - len(FILES[-1])
    for stop in (len(piece) - 1, before + 513, before + 511, before):
        found = plain_files(piece[:stop], 0)
        assert len(found.names) == 8
        assert found.stop == before
    assert plain_files(b"", 0) == PlainFiles([], [], [], 0)


def test_every_form_of_a_plain_file_is_known() -> None:
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        info = tarfile.TarInfo(NAME)
        info.size = 700
        piece = info.tobuf(form) + bytes(1024)
        assert plain_files(piece, 0) == PlainFiles([NAME.encode()], [512], [1212], 1536)


def test_all_else_is_left() -> None:
    plain = header(NAME, size=700)
    content = bytes(1024)
    assert plain_files(plain + content, 0).names
    for other in (
        END,
        header("aclImdb/train/", tarfile.DIRTYPE),
        header("aclImdb/train/"),
        header("", size=700),
        header(NAME, tarfile.AREGTYPE),
        pax({"path": NAME}),
        checked(plain[:124] + b"-0000000777\0" + plain[136:]),
        checked(plain[:124] + b"+0000000777\0" + plain[136:]),
        checked(plain[:124] + b"0o000000777\0" + plain[136:]),
        checked(plain[:124] + b"000_0000777\0" + plain[136:]),
        checked(plain[:124] + b"\x80" + bytes(9) + b"\2\0" + plain[136:]),
        checked(plain[:99] + b"x" + plain[100:]),  # something behind the end of the name
        checked(plain[:257] + b"other   " + plain[265:]),
        checked(plain[:257] + b"ustar\x0000" + plain[265:345] + b"folder" + plain[351:]),
        plain[:148] + b"0000000\0" + plain[156:],
    ):
        for before, names in ((b"", []), (FILES[1], [b"aclImdb/train/pos/1_9.txt"])):
            found = plain_files(before + other + content, 0)
            assert found.names == names
            assert found.stop == len(before)


def read_anyhow(block: bytes) -> Header | None:
    try:
        return headers.parse(block)
    except HeaderError:
        return None


@given(
    name=st.binary(max_size=100),
    changes=st.lists(st.tuples(st.integers(0, BLOCK_SIZE - 1), st.integers(0, 255)), max_size=4),
    is_checked=st.booleans(),
    form=st.sampled_from([b"ustar  \0", b"ustar\x0000", bytes(8)]),
    kind=st.sampled_from([b"0", b"\0", b"5", b"7", b"x"]),
)
@example(b"a\0b", [], True, b"ustar  \0", b"0")
@example(b"a/", [], True, b"ustar  \0", b"0")
@example(b"a", [], True, b"ustar  \0", b"0")
def test_what_is_found_is_what_is_read_one_by_one(
    name: bytes, changes: list[tuple[int, int]], is_checked: bool, form: bytes, kind: bytes
) -> None:
    block = bytearray(header("", size=0o1234))
    block[: len(name)] = name
    block[156:157], block[257:265] = kind, form
    for place, value in changes:
        block[place] = value
    whole = checked(bytes(block)) if is_checked else bytes(block)
    piece = whole + bytes(2048)
    found = plain_files(piece, 0)
    place = 0
    for known, start, stop in zip(found.names, found.starts, found.stops, strict=True):
        parsed = read_anyhow(piece[place:start])
        assert parsed == Header(known, stop - start, b"0")
        place = stop + -stop % BLOCK_SIZE
    assert place == found.stop

import tarfile

from hypothesis import example, given
from hypothesis import strategies as st

from imdb_keras_tfds.source import headers
from imdb_keras_tfds.source.headers import BLOCK_SIZE, Header, HeaderError
from imdb_keras_tfds.source.plain_headers import plain_headers
from tests.helpers.tars import END, checked, header, member, pax

NAME = "aclImdb/train/pos/0_9.txt"


def read_anyhow(block: bytes) -> Header | None:
    try:
        return headers.parse(block)
    except HeaderError:
        return None


def test_each_plain_file_is_found_at_its_place() -> None:
    files = [member(f"aclImdb/train/pos/{i}_9.txt", b"x" * (300 * i)) for i in range(9)]
    folder = member("aclImdb/train/", b"", tarfile.DIRTYPE)
    piece = b"ahead" + files[0] + folder + b"".join(files[1:]) + END
    found = plain_headers(piece, 5)
    place, expected = 5, {}
    for i, file in enumerate(files):
        expected[place] = Header(f"aclImdb/train/pos/{i}_9.txt".encode(), 300 * i, b"0")
        place += len(file) + (len(folder) if i == 0 else 0)
    assert found == expected
    # A header that is cut is left for later, one whose content is cut is not.
    assert list(plain_headers(piece[: -len(END) - len(files[-1]) + 511], 5)) == list(expected)[:-1]
    assert list(plain_headers(piece[: -len(END) - len(files[-1]) + 512], 5)) == list(expected)


def test_every_form_of_a_plain_file_is_known() -> None:
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        info = tarfile.TarInfo(NAME)
        info.size = 0o7654321
        assert plain_headers(info.tobuf(form), 0) == {0: Header(NAME.encode(), info.size, b"0")}


def test_all_else_is_left() -> None:
    plain = header(NAME, size=700)
    assert plain_headers(plain, 0)
    for other in (
        END,
        b"",
        plain[:511],
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
        assert not plain_headers(other, 0), other


@given(
    name=st.binary(max_size=100),
    changes=st.lists(st.tuples(st.integers(0, BLOCK_SIZE - 1), st.integers(0, 255)), max_size=4),
    is_checked=st.booleans(),
    form=st.sampled_from([b"ustar  \0", b"ustar\x0000", bytes(8)]),
    kind=st.sampled_from([b"0", b"\0", b"5", b"7", b"x"]),
)
@example(b"a\0b", [], True, b"ustar  \0", b"0")
@example(b"a/", [], True, b"ustar  \0", b"0")
def test_what_is_found_is_what_is_read_one_by_one(
    name: bytes, changes: list[tuple[int, int]], is_checked: bool, form: bytes, kind: bytes
) -> None:
    block = bytearray(header("", size=0o1234))
    block[: len(name)] = name
    block[156:157], block[257:265] = kind, form
    for place, value in changes:
        block[place] = value
    whole = checked(bytes(block)) if is_checked else bytes(block)
    for place, found in plain_headers(whole + bytes(1024), 0).items():
        assert found == read_anyhow((whole + bytes(1024))[place : place + BLOCK_SIZE])

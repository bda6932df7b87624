import gzip
import pathlib
import tarfile
from collections.abc import Callable

import pytest

from imdb_keras_tfds.errors import ImdbKerasError
from imdb_keras_tfds.source import checks, reading
from tests.helpers.layout import FILES, release_of, tar_bytes, write_folder
from tests.helpers.tars import END, WRITERS, checked, header, member, pax, way_of_reading

pytestmark = pytest.mark.usefixtures(way_of_reading.__name__)

RELEASE = release_of(FILES)
WHOLE = tar_bytes(FILES.items())
MEMBERS = b"".join(member(f"aclImdb/{name}", text) for name, text in FILES.items())
README = member("aclImdb/README", b"Read me.")
LONG = "a" * 120


@pytest.fixture(params=["own reviews, tar", "own reviews, tar.gz", "release, tar.gz"])
def read(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Callable[[bytes], object]:
    """Reads a tar; returns what its folders hold."""

    def read(tar: bytes) -> object:
        path = tmp_path / "some.tar"
        path.write_bytes(tar if request.param == "own reviews, tar" else gzip.compress(tar, 1))
        release = RELEASE if request.param.startswith("release") else None
        return reading.read(path, release).contents

    return read


@pytest.mark.parametrize("writer", WRITERS)
def test_what_the_known_programs_write_is_read(writer: str, tmp_path: pathlib.Path) -> None:
    files = FILES | {
        "imdb.vocab": b"the\n" * 200,
        "train/unsupBow.feat": b"",
        # What bsdtar of macOS packs beside files that have attributes.
        "._train": b"\0\5\x16\7",
        "train/pos/._0_9.txt": b"\0\5\x16\7",
    }
    if "v7" not in writer:
        files |= {"Léeme, por favor, el número uno.txt": b"", f"{'d' * 90}/{'f' * 60}": b"deep"}
        if "ustar" not in writer:
            files |= {f"{LONG}.txt": b"long", f"{'ü' * 80}.txt": b"longer"}
    folder = write_folder(tmp_path / "aclImdb", files)
    path = tmp_path / "written.tar"
    path.write_bytes(WRITERS[writer](folder))
    with tarfile.open(path) as tar:
        packed = [found.name for found in tar if found.isfile()]
    assert sorted(packed) == sorted(f"aclImdb/{name}" for name in files)
    assert reading.read(path, None).contents == RELEASE.contents


@pytest.mark.parametrize(
    "tar",
    [
        MEMBERS + README + END,
        MEMBERS + END + bytes(20_000),
        MEMBERS + END + bytes(100),
        MEMBERS + pax({"comment": "one", "mtime": "1.5"}) + README + END,
        MEMBERS + pax({"comment": "for all"}, tarfile.XGLTYPE) + README + END,
        MEMBERS + pax({"comment": "for none"}, tarfile.XGLTYPE) + END,
        MEMBERS + pax({"size": "8"}) + README + END,
        MEMBERS + pax({"path": f"aclImdb/{LONG * 3}"}) + README + END,
        MEMBERS + pax({"hdrcharset": "BINARY", "path": "aclImdb/x"}) + README + END,
        MEMBERS + member("././@LongLink", LONG.encode() + b"\0", b"L") + README + END,
        MEMBERS + member("aclImdb/old folder/", b"", tarfile.AREGTYPE) + END,
        MEMBERS + member("aclImdb/empty/", b"", tarfile.DIRTYPE) + END,
        MEMBERS + member("aclImdb/contiguous", b"x", tarfile.CONTTYPE) + END,
    ],
)
def test_what_is_whole_is_read(tar: bytes, read: Callable[[bytes], object]) -> None:
    assert read(tar) == RELEASE.contents


def test_a_name_may_be_in_an_extended_header(read: Callable[[bytes], object]) -> None:
    files = list(FILES.items())
    by_pax = pax({"path": f"aclImdb/{files[0][0]}"}) + member("other", files[0][1])
    long = f"aclImdb/{'./' * 80}{files[1][0]}\0".encode()
    by_gnu = member("././@LongLink", long, b"L") + member("other", files[1][1])
    rest = b"".join(member(f"aclImdb/{name}", text) for name, text in files[2:])
    assert read(by_pax + by_gnu + rest + END) == RELEASE.contents


def test_a_size_may_be_in_an_extended_header(read: Callable[[bytes], object]) -> None:
    name, text = next(iter(FILES.items()))
    content = text + bytes(-len(text) % 512)
    first = pax({"size": str(len(text))}) + header(f"aclImdb/{name}", size=0) + content
    rest = b"".join(member(f"aclImdb/{name}", text) for name, text in list(FILES.items())[1:])
    assert read(first + rest + END) == RELEASE.contents


def changed(block: bytes, place: int, value: bytes) -> bytes:
    return block[:place] + value + block[place + len(value) :]


DAMAGED = {
    "the end has one block": (MEMBERS + bytes(512), "truncated"),
    "the end is missing": (MEMBERS, "truncated"),
    "a header is cut": (MEMBERS + README[:100], "truncated"),
    "a content is cut": (MEMBERS + README[:514], "truncated"),
    "the blocks behind a content are cut": (MEMBERS + README[:600], "truncated"),
    "a block of zeros amid the members": (MEMBERS + bytes(512) + README + END, "of one block"),
    "a member behind the end": (MEMBERS + END + README, "something behind the end"),
    "a byte far behind the end": (MEMBERS + bytes(3 << 20) + b"\1", "something behind the end"),
    "a tar behind the end": (MEMBERS + END + MEMBERS + END, "something behind the end"),
    "a wrong checksum": (MEMBERS + changed(README, 100, b"1") + END, "the checksum is wrong"),
    "a checksum that is none": (MEMBERS + changed(README, 148, b"?") + END, "is no number from 0"),
    "an unknown format": (
        MEMBERS + checked(changed(header("aclImdb/README"), 257, b"other")) + END,
        "the format b'other  .x00' is unknown",
    ),
    "a size that is none": (
        MEMBERS + checked(changed(header("aclImdb/README"), 124, b"0x")) + END,
        "is no number from 0",
    ),
    "no name": (MEMBERS + member("", b"") + END, "a member has no name"),
    "no name in a pax header": (
        MEMBERS + pax({"path": ""}) + README + END,
        "a member has no name",
    ),
    "a folder with a content": (
        MEMBERS + member("aclImdb/train/", b"x", tarfile.DIRTYPE) + END,
        "a folder has a content",
    ),
    "a file named as a folder": (
        MEMBERS + member("aclImdb/train/pos/0_8.txt/", b"") + END,
        "a file has the name of a folder",
    ),
    "an extended header without a member": (
        MEMBERS + pax({"path": "x"}) + END,
        "an extended header has no member",
    ),
    "two pax headers": (
        MEMBERS + pax({"path": "x"}) * 2 + README + END,
        "two extended headers of a kind",
    ),
    "two names": (
        MEMBERS + pax({"path": "x"}) + member("L", b"y\0", b"L") + README + END,
        "a member has two names",
    ),
    "one name for all": (
        MEMBERS + pax({"path": "x"}, tarfile.XGLTYPE) + README + END,
        "b'path' is for all members",
    ),
    "one size for all": (
        MEMBERS + pax({"size": "8"}, tarfile.XGLTYPE) + README + END,
        "b'size' is for all members",
    ),
    "a size in a pax header that is none": (
        MEMBERS + pax({"size": "+8"}) + README + END,
        "is no number",
    ),
    "a long header": (
        MEMBERS + pax({"comment": "x" * 70_000}) + README + END,
        "have over 65,536 bytes",
    ),
    "many headers of one member": (
        MEMBERS + pax({"comment": "x"}, tarfile.XGLTYPE) * 70 + README + END,
        "have over 65,536 bytes",
    ),
    "a sparse file": (
        MEMBERS + pax({"GNU.sparse.size": "8"}) + README + END,
        "is a link, a device or sparse",
    ),
    "a folder in the place of a review": (
        MEMBERS + member("aclImdb/train/pos/0_8.txt", b"", tarfile.DIRTYPE) + END,
        "'train/pos/0_8.txt' is a folder among reviews",
    ),
    "a file in the place of a folder": (
        MEMBERS + member("aclImdb/train/pos", b"") + END,
        "'aclImdb/train/pos' is no folder",
    ),
    "a file in the place of the top folder": (
        MEMBERS + member("aclImdb", b"") + END,
        "'aclImdb' is no folder",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_what_is_not_whole_is_refused(case: str, read: Callable[[bytes], object]) -> None:
    tar, message = DAMAGED[case]
    with pytest.raises(ImdbKerasError, match=message):
        read(tar)


@pytest.mark.parametrize(
    "record", ["", "0", "6 abc", "06 a=b", "6 a=bc", "8 a=bc", "6 =bc", "20 a=b", "4 a="]
)
def test_a_pax_header_of_another_form_is_refused(
    record: str, read: Callable[[bytes], object]
) -> None:
    content = b"6 a=b\n" + record.encode() + b"\n"
    with pytest.raises(ImdbKerasError, match="a pax header is damaged"):
        read(MEMBERS + member("pax", content, tarfile.XHDTYPE) + README + END)


def test_gzip_members_are_one_tar(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "some.tar.gz"
    parts = [gzip.compress(WHOLE[:700]), gzip.compress(WHOLE[700:])]
    path.write_bytes(b"".join(parts))
    assert reading.read(path, RELEASE).contents == RELEASE.contents
    for rest in (b"\0x", b"x", gzip.compress(b"x"), gzip.compress(WHOLE)):
        path.write_bytes(b"".join(parts) + rest)
        with pytest.raises(ImdbKerasError, match="damaged"):
            reading.read(path, RELEASE)


def test_members_are_counted(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_OWN_MEMBERS", len(FILES))
    path = tmp_path / "some.tar"
    path.write_bytes(MEMBERS + END)
    assert reading.read(path, None).contents == RELEASE.contents
    for more in (README, member("aclImdb/train/", b"", tarfile.DIRTYPE)):
        path.write_bytes(MEMBERS + more + END)
        with pytest.raises(ImdbKerasError, match="it has more than 8 members"):
            reading.read(path, None)


def test_files_beside_reviews_make_no_difference(read: Callable[[bytes], object]) -> None:
    files = list(FILES.items())
    parts = [member(f"aclImdb/{name}", text) for name, text in files]
    many = [member(f"aclImdb/notes/{i}", b"x" * i) for i in range(200)]
    without_root = [member(name, text) for name, text in files]
    for tar in (
        parts + many,
        many + parts,
        [part for pair in zip(parts, many, strict=False) for part in pair],
        parts[:3] + many + parts[3:],
        without_root,
        [*parts, member("a\naclImdb/train/pos/77_9.txt", b"no review, by its name")],
    ):
        assert read(b"".join(tar) + END) == RELEASE.contents

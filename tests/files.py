"""Made files that are not text: PDF and Word, as small as they can be, and a model with pickled weights."""

import io
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx_of(body: str, prolog: str = "") -> bytes:
    """A Word document with this inside of its <w:body>."""
    xml = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return zip_of({"word/document.xml": xml.encode()})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def zip_of(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


Placed = tuple[float, float, float, str]  # left, bottom, size, text


def pdf_of(pages: Sequence[Sequence[Placed]], trailer: str = "", extra: Sequence[bytes] = ()) -> bytes:
    """A PDF whose pages show these lines, in a font that every reader has a table for."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    font = "/BaseFont/STSong-Light"
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
    box = "/Flags 6/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 90"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        f"<</Type/Font/Subtype/Type0{font}/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>".encode(),
        f"<</Type/Font/Subtype/CIDFontType0{font}/DW 1000/FontDescriptor 5 0 R{system}>>".encode(),
        f"<</Type/FontDescriptor/FontName/STSong-Light{box}>>".encode(),
    ]
    for number, lines in enumerate(pages):
        shown = "".join(
            f"BT /F {size} Tf {left} {bottom} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
            for left, bottom, size, text in lines
        ).encode()
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {7 + 2 * number} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>".encode(),
            b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        ]
    objects += extra
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
        + f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def locked_pdf() -> bytes:
    """A PDF that wants a password: its keys fit none."""
    key = "<" + "00" * 32 + ">"
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/O{key}/U{key}/P -4>>/ID[<00><00>]"
    return pdf_of([[(50, 700, 10, "正文")]], lock)


def flate_bomb_pdf(size: int) -> bytes:
    """A PDF whose page unpacks to `size` bytes of comments."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"%" * 2**20) for _ in range(size >> 20)) + packer.flush()
    page = pdf_of([[(50, 700, 10, "正文")]])
    start, end = page.index(b"<</Length"), page.index(b"endobj", page.index(b"endstream"))
    body = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream\n" % (len(packed), packed)
    return page[:start] + body + page[end:]  # the table is wrong now; readers mend that


def pickled_model(model: Path, folder: Path) -> str:
    """Copy a model to `folder` as if its weights were pickled, and return that."""
    shutil.copytree(model, folder)
    for weights in folder.rglob("*.safetensors"):
        weights.rename(weights.with_name("pytorch_model.bin"))
    return str(folder)

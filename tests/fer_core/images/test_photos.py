"""Every hostile or odd file ends as an upright RGB photo or as one plain sentence."""

from __future__ import annotations

import struct
import subprocess
from io import BytesIO
from zlib import compress, crc32

import numpy as np
import pytest
from PIL import Image
from support.photos import ROW_0_AND_COLUMN_0, as_stored, quadrants

from fer_core.errors import PhotoError
from fer_core.images import photos
from fer_core.images.photos import MAX_BYTES, MAX_SCANS, SCAN, Source, open_photo

needs_heic = pytest.mark.skipif(photos.pillow_heif is None, reason="pillow-heif is not installed; it is optional")
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", pytest.param("HEIF", marks=needs_heic)]


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_declaring(width: int, height: int) -> bytes:
    """A small PNG whose header declares another size, with a right checksum."""
    data = bytearray(encoded(Image.new("L", (64, 64))))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", crc32(bytes(data[12:29])))
    return bytes(data)


def jpeg_declaring(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("L", (64, 64)), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def refused(data: bytes, message: str) -> None:
    with pytest.raises(PhotoError, match=message):
        open_photo(data)


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_opens_as_rgb_without_a_note(kind):
    photo = open_photo(encoded(Image.fromarray(quadrants()), kind))
    assert photo.image.mode == "RGB" and photo.image.size == (64, 48) and photo.notes == ()
    assert np.abs(np.asarray(photo.image)[5, 5].astype(int) - (200, 30, 30)).max() <= 12


COLORS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 30))  # of quadrants, row by row


def middles(photo: photos.Photo) -> np.ndarray:
    """Colours (4, 3) in the middle of each quadrant."""
    return np.asarray(photo.image)[[12, 12, 36, 36], [16, 48, 16, 48]].astype(int)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", ROW_0_AND_COLUMN_0)
def test_all_eight_orientations_come_out_upright(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = open_photo(encoded(as_stored(orientation), kind, exif=exif, **options))
    assert np.array_equal(np.asarray(photo.image), quadrants())


def test_a_turned_jpeg_says_so_and_keeps_no_metadata():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A maker"
    photo = open_photo(encoded(Image.fromarray(quadrants()), "JPEG", exif=exif))
    assert photo.image.size == (48, 64)
    assert photo.notes == ("Turned upright, as the camera noted.",)
    assert not photo.image.info and not photo.image.getexif()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_jpeg_in_any_orientation_is_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = open_photo(encoded(as_stored(orientation), "JPEG", exif=exif, quality=100, subsampling=0))
    assert photo.image.size == (64, 48) and np.abs(middles(photo) - COLORS).max() <= 3


def test_damaged_metadata_does_not_spoil_good_pixels():
    exif = b"Exif\x00\x00MM\x00*\xff\xff\xff\xff garbage"
    assert open_photo(encoded(Image.fromarray(quadrants()), "JPEG", exif=exif)).image.size == (64, 48)


def test_cmyk_keeps_its_colours():
    # No ink is white; full cyan, magenta and yellow without black is black; full yellow alone is yellow.
    for ink, color in {
        (0, 0, 0, 0): (255, 255, 255),
        (255, 255, 255, 0): (0, 0, 0),
        (0, 0, 255, 0): (255, 255, 0),
    }.items():
        photo = open_photo(encoded(Image.new("CMYK", (48, 48), ink), "JPEG", quality=100))
        assert np.abs(np.asarray(photo.image)[24, 24].astype(int) - color).max() <= 3


def test_palette_and_grey_become_rgb():
    for mode in ("P", "L", "1"):
        photo = open_photo(encoded(Image.fromarray(quadrants()).convert(mode)))
        assert photo.image.mode == "RGB" and photo.notes == ()


def test_transparent_areas_are_white_and_hidden_colours_stay_hidden():
    pixels = np.zeros((48, 48, 4), np.uint8)
    pixels[..., 0] = 255  # red everywhere, but fully transparent on the left, half transparent on the right
    pixels[:, 24:, 3] = 128
    photo = open_photo(encoded(Image.fromarray(pixels)))
    left, right = np.asarray(photo.image)[20, [5, 40]]
    assert tuple(left) == (255, 255, 255)
    assert np.abs(right.astype(int) - (255, 127, 127)).max() <= 1
    assert photo.notes == ("Transparent areas are shown on white.",)


def test_transparent_palette_and_grey_alpha_lie_on_white_too():
    palette = Image.new("P", (48, 48), 0)
    palette.putpalette([10, 20, 30])
    assert np.asarray(open_photo(encoded(palette, transparency=0)).image).min() == 255
    assert np.asarray(open_photo(encoded(Image.new("LA", (48, 48), (0, 0)))).image).min() == 255


def test_16_bit_grey_is_scaled_not_clipped():
    values = np.repeat(np.array([0, 257 * 100, 65535], np.uint16), 16)[None].repeat(48, axis=0)
    row = np.asarray(open_photo(encoded(Image.fromarray(values))).image)[0]
    assert [tuple(row[x]) for x in (0, 20, 47)] == [(0, 0, 0), (100, 100, 100), (255, 255, 255)]


def test_16_bit_colour_keeps_its_upper_byte():
    # 16-bit RGB as PNG stores it, colour type 2: no encoder of Pillow's writes it.
    row = b"\x00" + struct.pack(">3H", 0xC8FF, 0x1E00, 0x0180) * 48
    header = struct.pack(">IIBBBBB", 48, 48, 16, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", compress(row * 48)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body)) for kind, body in chunks
    )
    assert open_photo(data).image.getpixel((20, 20)) == (0xC8, 0x1E, 0x01)


def test_floating_point_pictures_are_refused():
    refused(
        encoded(Image.new("F", (48, 48), 0.5), "TIFF"), "values in mode F, which has no defined brightness; save it"
    )


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(kind):
    frames = [Image.new("RGB", (48, 48), (80 * n, 0, 0)) for n in (3, 2, 1)]
    photo = open_photo(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
    assert np.abs(np.asarray(photo.image)[24, 24].astype(int) - (240, 0, 0)).max() <= 12
    assert photo.notes == ("First frame of an animation of 3.",)


def test_a_document_gives_its_first_page_and_a_phones_mpo_is_one_photo():
    pages = [Image.new("RGB", (48, 48)), Image.new("RGB", (48, 48))]
    assert open_photo(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])).notes == (
        "The first of several pages.",
    )
    assert open_photo(encoded(pages[0], "MPO", save_all=True, append_images=pages[1:])).notes == ()


def test_a_wide_jpeg_of_12000_px_is_reduced():
    photo = open_photo(encoded(Image.new("RGB", (12000, 4000), (10, 120, 240)), "JPEG"))
    assert photo.image.size == (2000, 667)
    assert photo.notes == ("Its longest side was reduced from 12,000 to 2,000 px.",)
    assert np.abs(np.asarray(photo.image).astype(int) - (10, 120, 240)).max() <= 3


def test_reducing_a_turned_photo_keeps_both():
    exif = Image.Exif()
    exif[0x0112] = 8
    photo = open_photo(encoded(Image.new("RGB", (3000, 1500)), exif=exif))
    assert photo.image.size == (1000, 2000) and len(photo.notes) == 2


@pytest.mark.parametrize("data", [png_declaring(12000, 9000), jpeg_declaring(12000, 9000)], ids=["png", "jpeg"])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_too_many_pixels_are_refused_by_the_header_alone(data):
    refused(data, r"12,000 × 9,000 px \(108 megapixels\); the limit is (25|50) megapixels. Save it smaller")


def test_50_megapixels_are_read_and_51_are_not():
    assert open_photo(jpeg_declaring(8000, 6240)).image.size == (2000, 1560)
    refused(jpeg_declaring(8160, 6250), r"8,160 × 6,250 px \(51 megapixels\); the limit is 50")


def test_a_jpeg_is_reduced_while_it_is_decoded():
    source = open_photo(encoded(Image.new("RGB", (8400, 2100), (10, 120, 240)), "JPEG")).source
    assert source == Source("JPEG", "RGB", (8400, 2100), (2100, 525), 1)  # a quarter: the next is below 2,000 px


def test_a_jpeg_of_thousands_of_scans_is_refused_unread():
    plain = encoded(Image.new("L", (64, 64)), "JPEG", progressive=True)
    scan = plain[plain.rindex(SCAN) : -2]
    refused(plain[:-2] + scan * MAX_SCANS + plain[-2:], "JPEG of more than 250 scans, made to keep a computer busy")


def test_a_decompression_bomb_is_refused():
    refused(png_declaring(30000, 30000), "declares a picture of more than 179 megapixels; the limit is 50")


def test_small_strips_and_dots_are_refused():
    refused(encoded(Image.new("RGB", (1, 1))), "1 × 1 px; a face cannot be read below 24 px")
    refused(encoded(Image.new("RGB", (500, 24))), "500 × 24 px, which is a strip; up to 4 to 1")
    assert open_photo(encoded(Image.new("RGB", (96, 24)))).image.size == (96, 24)


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_file_is_refused(kind):
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    refused(data[: len(data) // 2], "damaged")


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "The file is empty"),
        (
            b"just some text",
            r"not a picture, or its beginning is damaged; JPEG, PNG, WebP, GIF, BMP, .*TIFF.* can be read. Save it as",
        ),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "The file is an SVG drawing; JPEG"),
        (b"\xef\xbb\xbf \n<!DOCTYPE HTML><script>alert(1)</script>", "The file is an HTML page"),
        (b"PK\x03\x04word", "The file is a ZIP archive or an Office document"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1", "The file is an AVIF picture"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "The file is a video"),
        (b"%PDF-1.7\n", "The file is a PDF document"),
    ],
    ids=["empty", "text", "svg", "html", "zip", "avif", "video", "pdf"],
)
def test_other_files_are_refused_by_name(data, message):
    refused(data, message)


HEIC_START = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"


def test_without_pillow_heif_a_heic_picture_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(photos, "FORMATS", tuple(name for name in photos.FORMATS if name != "HEIF"))
    refused(HEIC_START, "The file is a HEIC picture; JPEG, PNG")


@needs_heic
@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_in_any_orientation_is_upright(orientation):
    exif, picture = Image.Exif(), as_stored(orientation)
    exif[0x0112] = orientation
    picture.info["exif"] = exif.tobytes()  # pillow-heif makes HEIC's own properties of it, irot and imir
    photo = open_photo(encoded(picture, "HEIF", quality=95, chroma=444))
    assert photo.image.size == (64, 48) and np.abs(middles(photo) - COLORS).max() <= 6


@needs_heic
def test_the_exif_orientation_of_a_heic_picture_is_ignored_as_its_standard_asks():
    # ISO/IEC 23000-22 (MIAF), 7.3.10.1: what iPhones turn by irot, their EXIF notes once more.
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = open_photo(encoded(as_stored(1), "HEIF", exif=exif, quality=95))
    assert photo.image.size == (64, 48) and photo.notes == ()


@needs_heic
def test_a_damaged_heic_picture_is_called_damaged():
    refused(HEIC_START, "The picture is damaged or cut off")


def test_eps_is_refused_without_starting_ghostscript(monkeypatch):
    def started(*args, **kwargs):
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n%%EOF\n"
    refused(eps, "The file is an EPS drawing")


def test_long_files_are_refused_unread():
    refused(b"\xff\xd8" + bytes(MAX_BYTES), "The file has 10.0 MiB; the limit is 10 MiB. Save it smaller")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.filterwarnings("ignore")
def test_flipped_bytes_give_a_photo_or_a_sentence_never_another_error(kind):
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    data = np.frombuffer(encoded(Image.fromarray(noise), kind), np.uint8)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        broken = data.copy()
        broken[rng.integers(0, min(len(data), 200), 3)] = rng.integers(0, 256, 3)
        try:
            assert open_photo(broken.tobytes()).image.mode == "RGB"
        except PhotoError as error:
            assert str(error).endswith(".")

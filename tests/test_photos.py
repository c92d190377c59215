"""Every hostile or odd file ends as an upright RGB photo or as one plain sentence."""

from __future__ import annotations

import struct
import subprocess
from io import BytesIO
from zlib import crc32

import numpy as np
import pytest
from PIL import Image

from fer_core.errors import PhotoError
from fer_core.photos import MAX_BYTES, open_photo

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"]


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def quadrants() -> np.ndarray:
    """Upright 48 x 64 px with a colour of its own in each corner."""
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[:24, :32], pixels[:24, 32:] = (200, 30, 30), (30, 200, 30)
    pixels[24:, :32], pixels[24:, 32:] = (30, 30, 200), (220, 220, 30)
    return pixels


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


# Exif 2.32, tag 274: what the stored row 0 and column 0 show of the scene.
ROW_0_AND_COLUMN_0 = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", ROW_0_AND_COLUMN_0)
def test_all_eight_orientations_come_out_upright(orientation, kind):
    sides = ROW_0_AND_COLUMN_0[orientation]
    stored = quadrants()
    stored = stored[::-1] if "bottom" in sides else stored
    stored = stored[:, ::-1] if "right" in sides else stored
    stored = stored if sides[0] in ("top", "bottom") else stored.transpose(1, 0, 2)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = open_photo(encoded(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif, **options))
    assert np.array_equal(np.asarray(photo.image), quadrants())


def test_a_turned_jpeg_says_so_and_keeps_no_metadata():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A maker"
    photo = open_photo(encoded(Image.fromarray(quadrants()), "JPEG", exif=exif))
    assert photo.image.size == (48, 64)
    assert photo.notes == ("Turned upright, as the camera noted.",)
    assert not photo.image.info and not photo.image.getexif()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
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
    assert open_photo(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])).notes == ("First page of 2.",)
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


def test_only_jpeg_may_have_50_megapixels_since_it_alone_is_reduced_while_decoding():
    refused(png_declaring(6000, 5000), r"6,000 × 5,000 px \(30 megapixels\); the limit is 25")
    assert open_photo(jpeg_declaring(6000, 5000)).image.size == (2000, 1667)


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
            "not a picture, or its beginning is damaged; JPEG, PNG, WebP, GIF, BMP and TIFF can be read",
        ),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "The file is an SVG drawing; JPEG"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "The file is a HEIC picture; JPEG, PNG"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1", "The file is an AVIF picture"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp41", "The file is a video"),
        (b"%PDF-1.7\n", "The file is a PDF document"),
    ],
    ids=["empty", "text", "svg", "heic", "avif", "video", "pdf"],
)
def test_other_files_are_refused_by_name(data, message):
    refused(data, message)


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

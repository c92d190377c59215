"""Every hostile or odd file ends as an upright RGB photo or as one plain sentence."""

from __future__ import annotations

import struct
import subprocess
import sys
from io import BytesIO
from zlib import compress, crc32

import numpy as np
import pytest
from PIL import Image
from support.large_heif import COLOR, SIZE_PX, large_heif
from support.photo_bombs import EXIF, LONG, SHORT, chunk, declaring, grey_tiff, of_scans, padded, riff, segment, tiff
from support.photos import ROW_0_AND_COLUMN_0, as_stored, quadrants

from fer_core.errors import PhotoError
from fer_core.images import containers, limited_process, photos
from fer_core.images.containers import gif, jpeg
from fer_core.images.limited_process import Limits, NoAnswerError, Pool, Reason
from fer_core.images.photos import MAX_BYTES, Source, decode, open_photo

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
    return declaring(encoded(Image.new("L", (64, 64)), "JPEG"), width, height)


def refused(data: bytes, message: str) -> None:
    """In a process of its own and in this one."""
    for read in (open_photo, decode) if 0 < len(data) <= MAX_BYTES else (open_photo,):
        with pytest.raises(PhotoError, match=message):
            read(data)


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


@pytest.mark.parametrize("data", [png_declaring(14000, 9000), jpeg_declaring(14000, 9000)], ids=["png", "jpeg"])
def test_too_many_pixels_are_refused_by_the_header_alone(data):
    refused(data, r"14,000 × 9,000 px \(126 megapixels\); the limit is 120 megapixels. Save it smaller")


def test_108_megapixels_of_any_phone_are_read_and_121_are_not():
    for size in ((8000, 6240), (8256, 6192), (12000, 9000)):
        assert open_photo(jpeg_declaring(*size)).source.size == size
    refused(jpeg_declaring(12705, 9529), r"12,705 × 9,529 px \(121 megapixels\); the limit is 120")


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("TIFF", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA")])
def test_108_megapixels_are_reduced_within_the_memory_of_any_photo(kind, mode):
    picture = Image.new(mode, (12000, 9000), (10, 120, 240, 255)[: len(mode)])
    picture.paste((240, 120, 10, 255)[: len(mode)], (0, 4500, 12000, 9000))
    options = {"PNG": {"compress_level": 1}, "TIFF": {"compression": "tiff_lzw"}, "JPEG": {}}[kind]
    photo = open_photo(encoded(picture, kind, **options))
    assert photo.image.size == (2000, 1500) and photo.source.size == (12000, 9000)
    pixels = np.asarray(photo.image).astype(int)
    assert np.abs(pixels[:745] - (10, 120, 240)).max() <= 4 and np.abs(pixels[755:] - (240, 120, 10)).max() <= 4


def test_a_transparent_picture_is_reduced_as_one_that_is_not():
    blocks = Image.fromarray(np.random.default_rng(0).integers(0, 256, (421, 1201, 3), dtype=np.uint8))
    picture = blocks.resize((8407, 2947), Image.Resampling.NEAREST)
    plain, clear = (np.asarray(open_photo(encoded(picture.convert(mode))).image, int) for mode in ("RGB", "RGBA"))
    assert np.abs(plain - clear).max() <= 1


def test_a_jpeg_is_reduced_while_it_is_decoded():
    source = open_photo(encoded(Image.new("RGB", (8400, 2100), (10, 120, 240)), "JPEG")).source
    assert source == Source("JPEG", "RGB", (8400, 2100), (2100, 525), 1)  # a quarter: the next is below 2,000 px


def phone_photo(kind: str) -> bytes:
    """50 megapixels and 31 MB as phones write them: the rest of the bytes is a film behind or beside the picture."""
    film = np.random.default_rng(0).bytes(31_000_000)
    if kind == "JPEG":
        return encoded(Image.new("RGB", SIZE_PX, COLOR), "JPEG") + film
    return large_heif() + struct.pack(">I4s", len(film) + 8, b"mpvd") + film


@pytest.mark.parametrize("kind", ["JPEG", pytest.param("HEIF", marks=needs_heic)])
def test_a_phones_photo_of_50_megapixels_and_31_mb_opens(kind):
    photo = open_photo(phone_photo(kind))
    assert photo.image.size == (2000, 1500) and photo.source.size == SIZE_PX
    assert np.abs(np.asarray(photo.image).astype(int) - COLOR).max() <= 3


PACKET = b"<x:xmpmeta><rdf:Description %s</x:xmpmeta>"
ATTRIBUTE, ELEMENT = b"tiff:Orientation = '6'/>", b"><tiff:Orientation>6</tiff:Orientation>"


def with_xmp(kind: str, packet: bytes) -> bytes:
    """A stored picture whose orientation only XMP notes."""
    stored = as_stored(6)
    if kind == "JPEG":
        plain = encoded(stored, "JPEG", quality=100, subsampling=0)
        return plain[:2] + segment(EXIF, jpeg.XMP_START + packet) + plain[2:]
    if kind == "PNG":
        plain = encoded(stored)
        return plain[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + compress(packet)) + plain[33:]
    if kind == "WEBP":
        return riff(encoded(stored, "WEBP", lossless=True)[12:] + b"XMP " + struct.pack("<I", len(packet)) + packet)
    return encoded(stored, "TIFF", tiffinfo={700: packet})


@pytest.mark.parametrize("packet", [PACKET % ATTRIBUTE, PACKET % ELEMENT], ids=["attribute", "element"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_an_orientation_that_only_xmp_notes_counts(kind, packet):
    photo = open_photo(with_xmp(kind, packet))
    assert np.abs(middles(photo) - COLORS).max() <= 3 and photo.source.orientation == 6
    assert photo.notes == ("Turned upright, as the camera noted.",)


def test_exif_goes_before_xmp():
    exif = Image.Exif()
    exif[0x0112] = 6
    plain = encoded(as_stored(6), "JPEG", exif=exif, quality=100, subsampling=0)
    packet = jpeg.XMP_START + PACKET % b"tiff:Orientation='3'/>"
    photo = open_photo(plain[:2] + segment(EXIF, packet) + plain[2:])
    assert np.abs(middles(photo) - COLORS).max() <= 3


def test_an_orientation_in_imagemagicks_text_of_a_png_counts():
    exif = Image.Exif()
    exif[0x0112] = 8
    block = exif.tobytes()
    text = b"\nexif\n%8d\n" % len(block) + block.hex().encode()
    plain = encoded(as_stored(8))
    data = plain[:33] + chunk(b"zTXt", b"Raw profile type exif\0\0" + compress(text)) + plain[33:]
    assert np.array_equal(np.asarray(open_photo(data).image), quadrants())


def ramp(highest: int) -> np.ndarray:
    """48 x 48 values from 0 to `highest`."""
    return np.linspace(0, highest, 48, dtype=np.uint16)[None].repeat(48, axis=0)


@pytest.mark.parametrize(("bits", "highest"), [(12, 4095), (12, 3000), (10, 1023), (8, 200)])
def test_the_few_bits_of_a_camera_in_a_tiff_of_16_are_spread_and_that_is_said(bits, highest):
    photo = open_photo(encoded(Image.fromarray(ramp(highest)), "TIFF"))
    grey = np.asarray(photo.image)[0, :, 0]
    assert np.array_equal(grey, ramp(highest)[0].astype(int) * 255 // (2**bits - 1))
    assert photo.notes == (f"Its values end at {highest:,} of 65,535, so they are read as {bits} bits.",)


def test_values_beyond_12_bits_are_those_of_16_and_a_png_means_what_it_says():
    for kind, highest in (("TIFF", 4096), ("PNG", 3000)):
        photo = open_photo(encoded(Image.fromarray(ramp(highest)), kind))
        assert np.asarray(photo.image).max() == highest // 257 and photo.notes == ()


def test_12_bits_packed_into_a_tiff_are_spread():
    body = np.tile([0xAB, 0xC0, 0x00], 48 * 24).astype(np.uint8).tobytes()  # 0xABC and 0x000, in turn
    tags = {273: (LONG, 8), 278: (LONG, 48), 279: (LONG, len(body))}
    row = np.asarray(open_photo(tiff({**grey_tiff(48, 48, bits=12), **tags}, body)).image)[0, :, 0]
    assert set(row) == {0xABC * 255 // 4095, 0}


def colour_tiff(value: int) -> bytes:
    """48 x 48 px of 16 bits a channel, uncompressed."""
    body = np.full((48, 48, 3), value, "<u2").tobytes()
    tags = {258: (SHORT, struct.pack("<3H", 16, 16, 16)), 262: (SHORT, 2), 277: (SHORT, 3), 273: (LONG, 8),
            278: (LONG, 48), 279: (LONG, len(body))}  # fmt: skip
    return tiff({**grey_tiff(48, 48), **tags}, body)


def test_12_bits_of_colour_in_16_are_refused_because_4_would_be_left():
    assert open_photo(colour_tiff(0x4000)).image.getpixel((0, 0)) == (0x40,) * 3
    refused(colour_tiff(0x0FFF), "values in the lowest 12 of 16 bits and would be almost black; save it with 8 bits")


@pytest.mark.parametrize("options", [{"compression": "jpeg"}, {"compression": "tiff_lzw"}, {}], ids=str)
def test_tiffs_in_strips_tiles_and_either_order_open(options):
    picture = Image.fromarray(quadrants()).resize((640, 480))
    assert open_photo(encoded(picture, "TIFF", **options)).image.size == (640, 480)
    assert open_photo(encoded(picture, "TIFF", big_tiff=True)).image.size == (640, 480)
    tags = {322: (LONG, 512), 323: (LONG, 512), 324: (LONG, 8), 325: (LONG, 512**2)}  # one tile, larger than it
    tiled = open_photo(tiff({**grey_tiff(100, 90), **tags}, bytes([77]) * 512**2))
    assert tiled.image.size == (100, 90) and tiled.image.getpixel((99, 89)) == (77,) * 3


def test_fill_bytes_and_false_markers_in_metadata_reach_no_decoder():
    plain = encoded(Image.fromarray(quadrants()), "JPEG")
    scans = segment(EXIF, b"\xff\xda" * 30_000)
    container = containers.walked(padded(plain, 10**6)[:-2] + plain[-2:] + scans * 20)
    assert container.data == plain
    assert np.array_equal(open_photo(padded(plain, 10**6)).image, open_photo(plain).image)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_what_a_camera_notes_reaches_no_decoder(kind):
    exif = Image.Exif()
    exif[0x010F] = "Named maker"
    data = encoded(Image.fromarray(quadrants()), kind, exif=exif)
    container = containers.walked(data)
    assert b"Named maker" in data
    opened = Image.open(BytesIO(container.data))
    assert not opened.getexif().get(0x010F) and np.array_equal(opened, Image.open(BytesIO(data)))


def test_a_progressive_jpeg_has_scans_to_spare():
    picture = Image.fromarray(quadrants())
    data = encoded(picture, "JPEG", progressive=True, quality=95)
    assert 8 <= sum(one.code == jpeg.SCAN for one in jpeg.bounded(data)) <= jpeg.MAX_SCANS / 3
    assert np.array_equal(open_photo(data).image, Image.open(BytesIO(data)))
    assert open_photo(of_scans(jpeg.MAX_SCANS)).image.size == (64, 64)


def test_of_a_gif_only_the_first_picture_is_kept_with_its_transparency():
    frames = [Image.new("P", (48, 48), value) for value in (0, 1, 2)]
    for frame in frames:
        frame.putpalette([200, 30, 30, 30, 200, 30, 30, 30, 200])
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], transparency=0, comment=b"c" * 999)
    container = containers.walked(data)
    assert container.note == "First frame of an animation of 3." and len(container.data) < len(data) / 2
    assert np.asarray(open_photo(data).image).min() == 255
    assert open_photo(data[:-40]).notes[0].startswith("First frame")  # damaged behind it
    assert gif.MAX_BLOCKS * 255 > MAX_BYTES  # no file of full blocks is refused


def test_where_no_process_can_be_had_photos_open_in_this_one(monkeypatch):
    def refuse(*words: object, **options: object) -> None:
        raise OSError("no processes here")

    monkeypatch.setattr(limited_process.subprocess, "Popen", refuse)
    monkeypatch.setattr(photos, "_DECODERS", Pool("fer_core.images.photos", photos.LIMITS, at_once=1))
    assert open_photo(encoded(Image.fromarray(quadrants()))).image.size == (64, 48)
    refused(b"x", "not a picture")
    monkeypatch.setattr(photos, "decode", lambda data: bytearray(2**62))
    with pytest.raises(PhotoError, match="takes more than 1 GB of memory to decode. Save it smaller"):
        open_photo(b"x")


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.NO_PROCESS])
def test_a_photo_that_its_process_gives_up_is_a_sentence(monkeypatch, reason):
    class GivesUp:
        def ask(self, data: bytes) -> bytes:
            raise NoAnswerError(reason)

    monkeypatch.setattr(photos, "_DECODERS", GivesUp())
    with pytest.raises(PhotoError) as caught:
        open_photo(b"x")
    assert str(caught.value).startswith("The picture ") and str(caught.value).endswith(".")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
def test_a_photo_beyond_its_memory_is_given_up_and_the_next_one_opens(monkeypatch):
    small = Pool("fer_core.images.photos", Limits(cpu_s=60, wall_s=120, memory_bytes=150_000_000), at_once=1)
    monkeypatch.setattr(photos, "_DECODERS", small)
    with pytest.raises(PhotoError, match="GB of memory to decode"):
        open_photo(encoded(Image.new("RGB", (7000, 7000))))
    assert open_photo(encoded(Image.fromarray(quadrants()))).image.size == (64, 48)
    small.close()


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
    ("data", "message"),
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
    with pytest.raises(PhotoError, match="The file is a HEIC picture; JPEG, PNG"):
        decode(HEIC_START)


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
    with pytest.raises(PhotoError, match="The file is an EPS drawing"):
        decode(eps)


def test_long_files_are_refused_unread(monkeypatch):
    monkeypatch.setattr(photos, "_DECODERS", None)
    refused(bytes(MAX_BYTES + 10**6), "The file has 61.0 MB; the limit is 60 MB. Save it smaller")


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
            assert decode(broken.tobytes()).image.mode == "RGB"
        except PhotoError as error:
            assert str(error).endswith(".")

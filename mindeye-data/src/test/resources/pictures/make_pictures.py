"""JPEG and PNG pictures of every kind, and what Pillow's Image.open(...).convert("RGB") makes of them.

    python3 make_pictures.py   (made with Python 3.11, NumPy 2.4.6, Pillow 12.3.0, libjpeg-turbo 3.1.4.1)

Writes kinds/, and expected.npz with one array [height, width, 3], uint8, for each file that Pillow reads.
Files that no tool here writes are made from others by changing their markers: that scrambles the
blocks of some, for every decoder alike.
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

HERE = pathlib.Path(__file__).parent
SIDE = 21  # 2 x 2 blocks of 16, the last ones cut

random = np.random.default_rng(7)
yy, xx = np.mgrid[0:SIDE, 0:SIDE]
smooth = np.stack([xx * 11, yy * 11, 255 - xx * 6 - yy * 6], -1)
disc = ((xx - 8) ** 2 + (yy - 11) ** 2 < 40)[..., None] * np.array([90, -120, 60])
RGB = (smooth + disc + random.integers(-5, 6, smooth.shape)).clip(0, 255).astype(np.uint8)
IMAGE = Image.fromarray(RGB)
kinds = {}


def jpeg(name, image=IMAGE, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 90, "subsampling": 0, **options})
    kinds[name + ".jpg"] = file.getvalue()
    return file.getvalue()


def segments(data):
    """The (marker, content) pairs in front of the first scan, and the rest."""
    at, found = 2, []
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((data[at + 1], data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found, data[at:]


def joined(found, rest):
    head = b"".join(bytes([0xFF, m]) + struct.pack(">H", len(c) + 2) + c for m, c in found)
    return b"\xff\xd8" + head + rest


def without(data, *markers):
    found, rest = segments(data)
    return joined([s for s in found if s[0] not in markers], rest)


def with_adobe(data, transform):
    found, rest = segments(without(data, 0xE0, 0xEE))
    adobe = b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform)
    return joined([(0xEE, adobe)] + found, rest)


def with_frame(data, change, marker=None):
    found, rest = segments(data)
    return joined(
        [(marker or m, bytes(change(bytearray(c)))) if 0xC0 <= m <= 0xC2 else (m, c) for m, c in found],
        rest,
    )


def put(at, *values):
    def change(content):
        content[at : at + len(values)] = bytes(values)
        return content

    return change


def with_ids(data, ids):
    """New names for the components, in the frame and in the one scan."""
    found, rest = segments(data)
    frames = [(m, bytearray(c)) for m, c in found]
    for marker, content in frames:
        if 0xC0 <= marker <= 0xC2:
            for i, name in enumerate(ids):
                content[6 + 3 * i] = name
    rest = bytearray(rest)
    for i, name in enumerate(ids):
        rest[5 + 2 * i] = name
    return joined([(m, bytes(c)) for m, c in frames], bytes(rest))


def profile(name):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def jpegs():
    plain = jpeg("444")
    jpeg("422", subsampling=1)
    half = jpeg("420", subsampling=2)
    kinds["440_scrambled.jpg"] = with_frame(kinds["422.jpg"], put(7, 0x12))
    # Four blocks either way, 2 x 2 of 16 x 16 pixels or 1 x 4 of 32 x 8.
    jpeg("411_scrambled", IMAGE.resize((29, 25)), subsampling=2)
    kinds["411_scrambled.jpg"] = with_frame(kinds["411_scrambled.jpg"], put(7, 0x41))
    for side in (1, 2, 3, 8, 17):
        jpeg(f"420_{side}_wide", IMAGE.crop((0, 0, side, 9)), subsampling=2)
        jpeg(f"420_{side}_high", IMAGE.crop((0, 0, 9, side)), subsampling=2)
    jpeg("quality_20_420", quality=20, subsampling=2)
    jpeg("quality_100", quality=100)
    jpeg("progressive_444", progressive=True)
    jpeg("progressive_420", progressive=True, subsampling=2)
    jpeg("optimized", optimize=True)
    jpeg("restart_blocks", restart_marker_blocks=2)
    jpeg("restart_rows", restart_marker_rows=1, subsampling=2)
    jpeg("gray", IMAGE.convert("L"))
    jpeg("gray_progressive", IMAGE.convert("L"), progressive=True)
    # What three components mean.
    rgb = jpeg("rgb_adobe", keep_rgb=True)
    kinds["rgb_no_marker_ids_rgb.jpg"] = without(rgb, 0xE0, 0xEE)
    kinds["rgb_no_marker_ids_123.jpg"] = with_ids(without(rgb, 0xE0, 0xEE), (1, 2, 3))
    kinds["ycc_no_marker_ids_123.jpg"] = without(plain, 0xE0)
    kinds["ycc_no_marker_ids_012.jpg"] = with_ids(without(plain, 0xE0), (0, 1, 2))
    kinds["ycc_no_marker_420.jpg"] = without(half, 0xE0)
    kinds["ycc_jfif_ids_rgb.jpg"] = with_ids(plain, (82, 71, 66))
    kinds["ycc_adobe_1.jpg"] = with_adobe(plain, 1)
    kinds["ycc_adobe_0.jpg"] = with_adobe(plain, 0)
    kinds["ycc_adobe_9.jpg"] = with_adobe(plain, 9)
    kinds["ycc_adobe_0_ids_rgb.jpg"] = with_adobe(with_ids(plain, (82, 71, 66)), 0)
    found, rest = segments(with_adobe(plain, 0))
    kinds["ycc_jfif_and_adobe_0.jpg"] = joined([(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")] + found, rest)
    # What four components mean.
    ink = np.dstack([255 - RGB, ((xx + yy) * 3).astype(np.uint8)])
    cmyk = jpeg("cmyk_adobe_0", Image.fromarray(ink, "CMYK"))
    kinds["cmyk_no_marker.jpg"] = without(cmyk, 0xE0, 0xEE)
    kinds["cmyk_jfif_only.jpg"] = joined([(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")] + segments(without(cmyk, 0xEE))[0], segments(cmyk)[1])
    kinds["ycck_adobe_2.jpg"] = with_adobe(cmyk, 2)
    kinds["ycck_adobe_1.jpg"] = with_adobe(cmyk, 1)
    small = jpeg("cmyk_420", Image.fromarray(ink, "CMYK"), subsampling=2)
    kinds["cmyk_420_no_marker.jpg"] = without(small, 0xE0, 0xEE)
    kinds["ycck_420.jpg"] = with_adobe(small, 2)
    jpeg("cmyk_progressive", Image.fromarray(ink, "CMYK"), progressive=True)
    # What the loader does not look at.
    jpeg("profile_srgb", icc_profile=profile("sRGB"))
    jpeg("profile_lab", icc_profile=profile("LAB"))
    jpeg("profile_broken", icc_profile=b"not a profile" * 20)
    jpeg("profile_of_rgb_in_gray", IMAGE.convert("L"), icc_profile=profile("sRGB"))
    jpeg("profile_of_rgb_in_cmyk", Image.fromarray(ink, "CMYK"), icc_profile=profile("sRGB"))
    swapped = bytearray(profile("sRGB"))
    for red, blue in ((b"rXYZ", b"bXYZ"),):
        i, j = swapped.index(red), swapped.index(blue)
        swapped[i : i + 4], swapped[j : j + 4] = blue, red
    jpeg("profile_red_for_blue", icc_profile=bytes(swapped))
    for orientation in (3, 6):
        exif = Image.Exif()
        exif[0x0112] = orientation
        jpeg(f"exif_{orientation}", exif=exif)
    found, rest = segments(jpeg("exif_only", exif=exif))
    kinds["exif_only.jpg"] = joined([s for s in found if s[0] != 0xE0], rest)
    jpeg("comment", comment=b"a comment")
    kinds["fill_bytes.jpg"] = plain[:2] + b"\xff\xff" + plain[2:]
    kinds["junk_between_markers.jpg"] = plain[:20] + b"\0\1\2" + plain[20:]
    kinds["trailing.jpg"] = plain + b"\0" * 50 + b"junk"
    file = io.BytesIO()
    IMAGE.save(file, "MPO", save_all=True, append_images=[IMAGE.convert("L").convert("RGB")], quality=90)
    kinds["two_pictures.jpg"] = file.getvalue()
    # Refused, by Pillow too or by us.
    kinds["no_end.jpg"] = plain[:-2]
    kinds["no_end_progressive.jpg"] = kinds["progressive_444.jpg"][:-2]
    kinds["half.jpg"] = plain[: len(plain) * 2 // 3]
    kinds["half_progressive.jpg"] = kinds["progressive_444.jpg"][: len(plain) * 2 // 3]
    for name in ("444", "420"):
        whole = kinds[f"progressive_{name}.jpg"]
        last = whole.rindex(b"\xff\xda")
        before = whole.rindex(b"\xff\xc4", 0, last)
        kinds[f"progressive_{name}_stopped.jpg"] = whole[:before] + b"\xff\xd9"
    kinds["half_restart.jpg"] = kinds["restart_blocks.jpg"][: len(plain) * 2 // 3] + b"\xff\xd9"
    kinds["twelve_bits.jpg"] = with_frame(plain, put(0, 12))
    kinds["arithmetic.jpg"] = with_frame(plain, put(0), marker=0xC9)
    kinds["lossless.jpg"] = with_frame(plain, put(0), marker=0xC3)
    kinds["two_components.jpg"] = with_frame(plain, put(5, 2))
    kinds["no_height.jpg"] = with_frame(plain, put(1, 0, 0))
    kinds["no_frame.jpg"] = without(plain, 0xC0)
    damaged = bytearray(plain)
    damaged[-300:-280] = random.integers(0, 255, 20, np.uint8).tobytes()
    kinds["damaged_scan.jpg"] = bytes(damaged)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def rows(samples, bits):
    """Filter byte and packed samples of each row of [height, width, bands]."""
    lines = []
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            packed = row.astype(">u2").tobytes()
        elif bits == 8:
            packed = row.astype(np.uint8).tobytes()
        else:
            ones = "".join(format(int(v), f"0{bits}b") for v in row)
            ones += "0" * (-len(ones) % 8)
            packed = bytes(int(ones[i : i + 8], 2) for i in range(0, len(ones), 8))
        lines.append(b"\0" + packed)
    return b"".join(lines)


PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png(name, bits, kind, samples, before=b"", interlaced=False):
    if samples.ndim == 2:
        samples = samples[..., None]
    if interlaced:
        parts = [samples[y::dy, x::dx] for y, x, dy, dx in PASSES]
        data = b"".join(rows(p, bits) for p in parts if p.size)
    else:
        data = rows(samples, bits)
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced))
    kinds[name + ".png"] = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    )
    return kinds[name + ".png"]


def pngs():
    gray, alpha = RGB[..., 1], (xx * 11).astype(np.uint8)
    wide = gray.astype(np.uint16) * 257 - 100 * (gray > 50)
    rgb16 = RGB.astype(np.uint16) * 257 - 90 * (RGB > 50)
    alpha16 = alpha.astype(np.uint16) * 257
    palette = random.integers(0, 255, (256, 3)).astype(np.uint8)
    for interlaced in (False, True):
        end = "_interlaced" if interlaced else ""
        for bits in (1, 2, 4, 8):
            png(f"gray_{bits}{end}", bits, 0, gray >> (8 - bits), interlaced=interlaced)
            colors = chunk(b"PLTE", palette[: 1 << bits].tobytes())
            png(f"palette_{bits}{end}", bits, 3, gray >> (8 - bits), colors, interlaced)
        png(f"gray_16{end}", 16, 0, wide, interlaced=interlaced)
        png(f"gray_alpha{end}", 8, 4, np.dstack([gray, alpha]), interlaced=interlaced)
        png(f"gray_alpha_16{end}", 16, 4, np.dstack([wide, alpha16]), interlaced=interlaced)
        png(f"rgb_16{end}", 16, 2, rgb16, interlaced=interlaced)
        png(f"rgba{end}", 8, 6, np.dstack([RGB, alpha]), interlaced=interlaced)
        png(f"rgba_16{end}", 16, 6, np.dstack([rgb16, alpha16]), interlaced=interlaced)
        png(f"rgb{end}", 8, 2, RGB, interlaced=interlaced)
    # Transparent colours.
    colors = chunk(b"PLTE", palette[:16].tobytes())
    png("palette_clear_one", 4, 3, gray >> 4, colors + chunk(b"tRNS", b"\xff\xff\0"))
    png("palette_clear_all", 4, 3, gray >> 4, colors + chunk(b"tRNS", bytes(range(0, 256, 16))))
    png("rgb_clear", 8, 2, RGB, chunk(b"tRNS", struct.pack(">HHH", *map(int, RGB[3, 3]))))
    png("gray_clear", 8, 0, gray, chunk(b"tRNS", struct.pack(">H", int(gray[3, 3]))))
    png("gray_1_clear", 1, 0, gray >> 7, chunk(b"tRNS", struct.pack(">H", 1)))
    png("gray_2_clear", 2, 0, gray >> 6, chunk(b"tRNS", struct.pack(">H", 1)))
    png("gray_16_clear", 16, 0, wide, chunk(b"tRNS", struct.pack(">H", int(wide[3, 3]))))
    png("gray_16_small_levels", 16, 0, gray.astype(np.uint16))
    # What the loader does not look at.
    icc = chunk(b"iCCP", b"p\0\0" + zlib.compress(profile("sRGB")))
    png("profile_srgb", 8, 2, RGB, icc)
    png("profile_broken", 8, 2, RGB, chunk(b"iCCP", b"p\0\0" + zlib.compress(b"no profile" * 9)))
    png("profile_of_rgb_in_gray", 8, 0, gray, icc)
    png("gamma", 8, 2, RGB, chunk(b"gAMA", struct.pack(">I", 100000)))
    png("srgb", 8, 2, RGB, chunk(b"sRGB", b"\0"))
    png("chromaticities", 8, 2, RGB, chunk(b"cHRM", struct.pack(">8I", *[31270, 32900, 30000, 60000, 64000, 33000, 15000, 6000])))
    png("background", 8, 6, np.dstack([RGB, alpha]), chunk(b"bKGD", struct.pack(">HHH", 9, 9, 9)))
    png("suggested_palette", 8, 2, RGB, chunk(b"PLTE", palette[:7].tobytes()))
    png("significant_bits", 8, 2, RGB, chunk(b"sBIT", b"\5\6\5"))
    exif = Image.Exif()
    exif[0x0112] = 6
    png("exif_6", 8, 2, RGB, chunk(b"eXIf", exif.tobytes()[6:]))
    png("one_pixel", 8, 2, RGB[:1, :1])
    png("narrow_interlaced", 8, 2, RGB[:, :3], interlaced=True)
    file = io.BytesIO()
    IMAGE.save(file, "PNG")
    kinds["filtered.png"] = file.getvalue()
    at = file.getvalue().index(b"IDAT")
    data = zlib.decompress(file.getvalue()[at + 4 : -16])
    packed = zlib.compress(data)
    parts = b"".join(chunk(b"IDAT", packed[i : i + 100]) for i in range(0, len(packed), 100))
    kinds["many_parts.png"] = file.getvalue()[: at - 4] + parts + chunk(b"IEND", b"")
    kinds["trailing.png"] = file.getvalue() + b"junk"
    # Refused, by Pillow too or by us.
    kinds["half.png"] = file.getvalue()[: len(file.getvalue()) // 2]
    kinds["no_end.png"] = file.getvalue()[:-12]
    short = zlib.compress(data[: len(data) // 2])
    kinds["too_few_rows.png"] = file.getvalue()[: at - 4] + chunk(b"IDAT", short) + chunk(b"IEND", b"")
    kinds["cut_stream.png"] = file.getvalue()[: at - 4] + chunk(b"IDAT", packed[:-200]) + chunk(b"IEND", b"")
    damaged = bytearray(file.getvalue())
    damaged[at + 200] ^= 0x55
    kinds["damaged_data.png"] = bytes(damaged)
    png("no_palette", 4, 3, gray >> 4)
    png("index_beyond_palette", 4, 3, gray >> 4, chunk(b"PLTE", palette[:9].tobytes()))
    png("three_bits", 8, 2, RGB)
    header = bytearray(kinds["three_bits.png"])
    header[24] = 3
    kinds["three_bits.png"] = bytes(header[:29]) + struct.pack(">I", zlib.crc32(bytes(header[12:29]))) + bytes(header[33:])


def others():
    for kind in ("WEBP", "GIF", "BMP", "TIFF", "AVIF"):
        file = io.BytesIO()
        IMAGE.crop((0, 0, 4, 4)).save(file, kind)
        kinds[kind.lower() + "_named.jpg"] = file.getvalue()


jpegs()
pngs()
others()
(HERE / "kinds").mkdir(exist_ok=True)
expected = {}
for name, data in sorted(kinds.items()):
    (HERE / "kinds" / name).write_bytes(data)
    try:
        expected[name] = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    except Exception as error:
        print(f"{name}: Pillow refuses: {error}")
np.savez_compressed(HERE / "expected.npz", **expected)

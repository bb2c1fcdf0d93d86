"""Writes legal codestreams that no encoder of Debian makes, with what gdcm or dcmtk decode.

    python3 codestreams.py FOLDER

Restart intervals, a number of lines behind the scan, 16-bit quantisation tables, fill bytes,
comments, few bits. Per case: NAME.stream and NAME.samples (int32 little endian); cases.txt lists
"NAME CODEC WIDTH HEIGHT".
"""

import pathlib
import subprocess
import sys
import warnings

import numpy as np
from pydicom import dcmread
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import generate_uid

warnings.simplefilter("ignore")
LOSSLESS, EXTENDED = "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.51"
JPEG_LS, JPEG_LS_NEAR = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
folder = pathlib.Path(sys.argv[1])
cases = []


class Bits:
    """Bits to bytes; `stuffed` is what follows a byte of 255: a zero byte or a zero bit."""

    def __init__(self, stuffed):
        self.out, self.held, self.room, self.stuffed = bytearray(), 0, 8, stuffed

    def put(self, value, count):
        for i in reversed(range(count)):
            self.held, self.room = self.held << 1 | value >> i & 1, self.room - 1
            if self.room == 0:
                self.out.append(self.held)
                self.room = 8
                if self.held == 0xFF and self.stuffed == "byte":
                    self.out.append(0)
                elif self.held == 0xFF:
                    self.room = 7
                self.held = 0

    def close(self):
        while self.room < 8:
            self.put(1 if self.stuffed == "byte" else 0, 1)
        return bytes(self.out)


def segment(marker, *parts):
    body = b"".join(part if isinstance(part, bytes) else bytes([part]) for part in parts)
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def u16(value):
    return value.to_bytes(2, "big")


def frame(marker, precision, image, lines=None):
    rows, columns = image.shape
    return segment(
        marker, precision, u16(rows if lines is None else lines), u16(columns), 1, 1, 0x11, 0
    )


def restarted(parts):
    out = parts[0]
    for i, part in enumerate(parts[1:]):
        out += bytes([0xFF, 0xD0 + i % 8]) + part
    return out


def huffman(kind, symbols, length):
    """A table in which every symbol has a code of the same length."""
    counts = [len(symbols) if i == length else 0 for i in range(1, 17)]
    return segment(0xC4, kind << 4, bytes(counts), bytes(symbols))


def magnitude(value):
    """Category and the bits behind it."""
    size = int(abs(value)).bit_length()
    return size, int(value) if value >= 0 else int(value) + (1 << size) - 1


def jpeg_lossless(image, precision, predictor, lines_per_interval=0, dnl=False):
    rows, columns = image.shape
    parts = []
    step = lines_per_interval or rows
    for top in range(0, rows, step):
        bits = Bits("byte")
        for y in range(top, min(top + step, rows)):
            for x in range(columns):
                a = int(image[y, x - 1]) if x else 0
                b = int(image[y - 1, x]) if y else 0
                c = int(image[y - 1, x - 1]) if x and y else 0
                if y == top:
                    guess = a if x else 1 << precision - 1
                elif x == 0:
                    guess = b
                else:
                    guess = [a, b, c, a + b - c, a + (b - c >> 1), b + (a - c >> 1), a + b >> 1][
                        predictor - 1
                    ]
                difference = (int(image[y, x]) - guess + 32767) % 65536 - 32767
                size, extra = magnitude(difference)
                bits.put(size, 5)
                bits.put(extra, size if size < 16 else 0)
        parts.append(bits.close())
    return (
        b"\xff\xd8"
        + segment(0xFE, b"a comment")
        + b"\xff\xff\xff"
        + frame(0xC3, precision, image, 0 if dnl else None)
        + huffman(0, list(range(17)), 5)
        + segment(0xDD, u16(lines_per_interval * columns))
        + segment(0xDA, 1, 1, 0, predictor, 0, 0)
        + restarted(parts)
        + (segment(0xDC, u16(rows)) if dnl else b"")
        + b"\xff\xd9"
    )


def zigzag():
    order = sorted(
        ((y, x) for y in range(8) for x in range(8)),
        key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
    )
    return [8 * y + x for y, x in order]


def jpeg_sequential(image, precision, blocks_per_interval, wide_tables):
    rows, columns = image.shape
    k, n = np.mgrid[0:8, 0:8]
    cosines = np.cos((2 * n + 1) * k * np.pi / 16) * np.where(k == 0, np.sqrt(0.125), 0.5)
    table = [3 + i // 2 for i in range(64)]
    if wide_tables:
        table[63] = 700
    down, across = -(-rows // 8), -(-columns // 8)
    padded = np.pad(image, ((0, 8 * down - rows), (0, 8 * across - columns)), "edge")
    parts, bits, previous = [], Bits("byte"), 0
    for index in range(down * across):
        if blocks_per_interval and index and index % blocks_per_interval == 0:
            parts.append(bits.close())
            bits, previous = Bits("byte"), 0
        y, x = 8 * (index // across), 8 * (index % across)
        block = padded[y : y + 8, x : x + 8] - (1 << precision - 1)
        frequencies = (cosines @ block @ cosines.T).ravel()[zigzag()]
        numbers = np.rint(frequencies / table).astype(int)
        size, extra = magnitude(numbers[0] - previous)
        previous = numbers[0]
        bits.put(size, 5)
        bits.put(extra, size)
        run = 0
        for number in numbers[1:]:
            if number == 0:
                run += 1
                continue
            while run > 15:
                bits.put(0xF0, 9)
                run -= 16
            size, extra = magnitude(number)
            bits.put(run << 4 | size, 9)
            bits.put(extra, size)
            run = 0
        if run:
            bits.put(0, 9)
    parts.append(bits.close())
    quantization = b"".join(u16(q) for q in table) if wide_tables else bytes(table)
    return (
        b"\xff\xd8"
        + segment(0xDB, (1 if wide_tables else 0) << 4, quantization)
        + frame(0xC1, precision, image)
        + huffman(0, list(range(16)), 5)
        + huffman(1, list(range(255)), 9)
        + segment(0xDD, u16(blocks_per_interval))
        + segment(0xDA, 1, 1, 0, 0, 63, 0)
        + restarted(parts)
        + b"\xff\xd9"
    )


RUNS = [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4, 4, 5, 5, 6, 6, 7, 7] + list(range(8, 16))


def jpeg_ls(image, precision, lines_per_interval=0, near=0, presets=None):
    """ISO 14495-1 annex A, written from the side of the encoder."""
    rows, columns = image.shape
    highest = presets[0] if presets else (1 << precision) - 1
    if presets:
        t1, t2, t3, reset = presets[1:]
    else:
        assert near == 0

        def threshold(value, lowest):
            return lowest if value > highest or value < lowest else value

        if highest >= 128:
            factor = (min(highest, 4095) + 128) // 256
            t1 = threshold(factor + 2, 1)
            t2 = threshold(factor * 4 + 3, t1)
            t3 = threshold(factor * 17 + 4, t2)
        else:
            factor = 256 // (highest + 1)
            t1 = threshold(max(2, 3 // factor), 1)
            t2 = threshold(max(3, 7 // factor), t1)
            t3 = threshold(max(4, 21 // factor), t2)
        reset = 64
    step = 2 * near + 1
    span = (highest + 2 * near) // step + 1
    error_bits = (span - 1).bit_length()
    sample_bits = max(2, highest.bit_length())
    limit = 2 * (sample_bits + max(8, sample_bits))

    def region(gradient):
        size = abs(gradient)
        value = 0 if size <= near else 1 if size < t1 else 2 if size < t2 else 3 if size < t3 else 4
        return value if gradient > 0 else -value

    def quantized(error):
        if near:
            error = (error + near) // step if error > 0 else -((near - error) // step)
        error %= span
        return error - span if error >= (span + 1) // 2 else error

    def golomb(bits, k, longest, mapped):
        if mapped >> k < longest - error_bits - 1:
            bits.put(1, (mapped >> k) + 1)
            bits.put(mapped & (1 << k) - 1, k)
        else:
            bits.put(1, longest - error_bits)
            bits.put(mapped - 1, error_bits)

    def parameter(count, total):
        k = 0
        while count << k < total:
            k += 1
        return k

    def rebuilt(value):
        if value < -near:
            value += span * step
        elif value > highest + near:
            value -= span * step
        return min(max(value, 0), highest)

    parts = []
    for top in range(0, rows, lines_per_interval or rows):
        bits = Bits("bit")
        A, B, C, N, negative = [max(2, (span + 32) // 64)] * 367, [0] * 367, [0] * 367, [1] * 367, [0, 0]
        above, state = [0] * (columns + 2), 0
        for y in range(top, min(top + (lines_per_interval or rows), rows)):
            above[columns + 1] = above[columns]
            line = [above[1]] + [0] * (columns + 1)
            x = 1
            while x <= columns:
                a, b, c, d = line[x - 1], above[x], above[x - 1], above[x + 1]
                context = 81 * region(d - b) + 9 * region(b - c) + region(c - a)
                if context:
                    sign = 1 if context > 0 else -1
                    q = abs(context)
                    guess = min(a, b) if c >= max(a, b) else max(a, b) if c <= min(a, b) else a + b - c
                    guess = min(max(guess + sign * C[q], 0), highest)
                    error = quantized(sign * (int(image[y, x - 1]) - guess))
                    line[x] = rebuilt(guess + sign * error * step)
                    k = parameter(N[q], A[q])
                    if near == 0 and k == 0 and 2 * B[q] <= -N[q]:
                        mapped = 2 * error + 1 if error >= 0 else -2 * (error + 1)
                    else:
                        mapped = 2 * error if error >= 0 else -2 * error - 1
                    golomb(bits, k, limit, mapped)
                    A[q], B[q] = A[q] + abs(error), B[q] + error * step
                    if N[q] == reset:
                        A[q], B[q], N[q] = A[q] >> 1, B[q] >> 1, N[q] >> 1
                    N[q] += 1
                    if B[q] <= -N[q]:
                        B[q], C[q] = max(B[q] + N[q], 1 - N[q]), max(C[q] - 1, -128)
                    elif B[q] > 0:
                        B[q], C[q] = min(B[q] - N[q], 0), min(C[q] + 1, 127)
                    x += 1
                    continue
                run = 0
                while x + run <= columns and abs(int(image[y, x + run - 1]) - a) <= near:
                    line[x + run] = a
                    run += 1
                x += run
                while run >= 1 << RUNS[state]:
                    bits.put(1, 1)
                    run -= 1 << RUNS[state]
                    state = min(state + 1, 31)
                if x > columns:
                    if run:
                        bits.put(1, 1)
                    break
                bits.put(0, 1)
                bits.put(run, RUNS[state])
                b = above[x]
                kind = 1 if abs(a - b) <= near else 0
                sign = -1 if kind == 0 and a > b else 1
                guess = a if kind else b
                error = quantized(sign * (int(image[y, x - 1]) - guess))
                line[x] = rebuilt(guess + sign * error * step)
                q = 365 + kind
                k = parameter(N[q], A[q] + (N[q] >> 1 if kind else 0))
                mapping = int(
                    k == 0 and error > 0 and 2 * negative[kind] < N[q]
                    or error < 0 and (2 * negative[kind] >= N[q] or k != 0)
                )
                mapped = 2 * abs(error) - kind - mapping
                golomb(bits, k, limit - RUNS[state] - 1, mapped)
                negative[kind] += error < 0
                A[q] += mapped + 1 - kind >> 1
                if N[q] == reset:
                    A[q], N[q], negative[kind] = A[q] >> 1, N[q] >> 1, negative[kind] >> 1
                N[q] += 1
                state = max(state - 1, 0)
                x += 1
            above = line
        parts.append(bits.close())
    return (
        b"\xff\xd8"
        + frame(0xF7, precision, image)
        + (segment(0xF8, 1, *[u16(value) for value in presets]) if presets else b"")
        + (segment(0xDD, u16(lines_per_interval)) if lines_per_interval else b"")
        + segment(0xDA, 1, 1, 0, near, 0, 0)
        + restarted(parts)
        + b"\xff\xd9"
    )


def case(name, codec, image, precision, syntax, stream, decoder):
    rows, columns = image.shape
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1"
    meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID = generate_uid(), syntax
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = rows, columns, 1, "MONOCHROME2"
    ds.BitsAllocated = 8 if precision <= 8 else 16
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = precision, precision - 1, 0
    ds.PixelData = encapsulate([stream])
    ds["PixelData"].is_undefined_length = True
    source, back = folder / f"{name}.dcm", folder / f"{name}.back"
    ds.save_as(source, write_like_original=False)
    subprocess.run([*decoder, source, back], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    decoded = dcmread(back)
    cells = np.frombuffer(decoded.PixelData, f"<u{decoded.BitsAllocated // 8}")[: rows * columns]
    decoded = cells.reshape(rows, columns)
    listed(name, codec, decoded, stream)
    return decoded


def listed(name, codec, samples, stream):
    samples.astype("<i4").tofile(folder / f"{name}.samples")
    (folder / f"{name}.stream").write_bytes(stream)
    cases.append(f"{name} {codec} {samples.shape[1]} {samples.shape[0]}")


def picture(precision, rows=30, columns=41):
    """A gradient with noise, a flat patch for runs, and both ends of the range."""
    highest = (1 << precision) - 1
    rng = np.random.default_rng(precision)
    y, x = np.mgrid[0:rows, 0:columns]
    image = highest * ((x / columns + y / rows) / 2 + rng.normal(0, 0.03, x.shape))
    image[8:20, 5:35] = highest // 3
    image[:3, :5] = rng.choice([0, highest], (3, 5))
    return np.clip(np.rint(image), 0, highest).astype(np.int64)


def exact(decoded, image):
    assert (decoded == image).all()


GDCM, DCMTK = ["gdcmconv", "--raw"], ["dcmdjpeg"]

for precision in (8, 12, 16):
    image = picture(precision)
    for predictor in (1, 4, 7):
        for lines in (0, 1, 3):
            stream = jpeg_lossless(image, precision, predictor, lines)
            name = f"lossless-{precision}-{predictor}-{lines}"
            exact(case(name, "jpeg", image, precision, LOSSLESS, stream, DCMTK), image)
image = picture(12)
listed("lossless-lines-behind", "jpeg", image, jpeg_lossless(image, 12, 2, 3, dnl=True))
for precision in (2, 3, 7, 10, 15):
    image = picture(precision)
    stream = jpeg_lossless(image, precision, 6)
    exact(case(f"lossless-{precision}-6", "jpeg", image, precision, LOSSLESS, stream, DCMTK), image)
    if precision > 2:  # gdcm does not decode JPEG-LS of 2 bits
        stream = jpeg_ls(image, precision)
        exact(case(f"ls-{precision}", "jpeg-ls", image, precision, JPEG_LS, stream, GDCM), image)
for precision in (8, 12):
    image = picture(precision)
    for blocks in (0, 1, 5):
        stream = jpeg_sequential(image, precision, blocks, precision == 12)
        decoded = case(
            f"sequential-{precision}-{blocks}", "jpeg", image, precision, EXTENDED, stream, DCMTK
        )
        assert abs(decoded - image).mean() < (1 << precision) / 60
for precision in (8, 12, 16):
    image = picture(precision)
    for lines in (1, 4, 30):
        stream = jpeg_ls(image, precision, lines)
        name = f"ls-restart-{precision}-{lines}"
        exact(case(name, "jpeg-ls", image, precision, JPEG_LS, stream, GDCM), image)
image = picture(12)
for name, near, presets in (
    ("ls-presets", 0, (4095, 7, 90, 700, 8)),
    ("ls-presets-near", 3, (4095, 9, 40, 100, 255)),
):
    stream = jpeg_ls(image, 12, 0, near, presets)
    decoded = case(name, "jpeg-ls", image, 12, JPEG_LS_NEAR, stream, GDCM)
    assert abs(decoded - image).max() == near
image = np.minimum(image, 4000)
# gdcm is wrong where the highest value is not one less than a power of two.
listed("ls-presets-highest", "jpeg-ls", image, jpeg_ls(image, 12, 0, 0, (4000, 5, 70, 300, 64)))
(folder / "cases.txt").write_text("\n".join(cases))

// From a square of pixels to a network's input, step by step as fer_core/images/preprocessing.py does it in Python:
//
//     (L, L) RGBA -> grey or RGB -> size_px, antialiased -> ((x / 255) - mean) / std  (C, S, S) float32
//
// Resizing is Pillow's bicubic filter in Pillow's own whole numbers, so that every byte is the same.

const BITS = 22; // behind the point of a filter's weights: 32, less 8 of a pixel, less 2 for overshooting
const HALF = 1 << (BITS - 1);
const SUPPORT = 2; // pixels on each side that a cubic reaches
const CURVE = -0.5;

/** A square picture as a network wants it: Float32Array of (C, S, S). `rgba` holds 4 x side x side bytes. */
export function toInput(rgba, side, spec) {
  const planes = (spec.color === "grey" ? [grey(rgba)] : [0, 1, 2].map((band) => plane(rgba, band)))
    .map((pixels) => resized(pixels, side, spec.size_px));
  const area = spec.size_px ** 2;
  const input = new Float32Array(spec.channels * area);
  for (let channel = 0; channel < spec.channels; channel++) {
    const [mean, std] = [spec.mean, spec.std].map((values) => Math.fround(values[channel] ?? values[0]));
    const pixels = planes[channel] ?? planes[0];
    for (let i = 0; i < area; i++) {
      // Each step is rounded to float32, as numpy does.
      input[channel * area + i] = Math.fround(Math.fround(pixels[i] / 255) - mean) / std;
    }
  }
  return input;
}

/** ITU-R 601 luma in sixteenths of a bit, as Pillow rounds it. */
function grey(rgba) {
  const pixels = new Uint8Array(rgba.length / 4);
  for (let i = 0, p = 0; i < pixels.length; i++, p += 4) {
    pixels[i] = (rgba[p] * 19595 + rgba[p + 1] * 38470 + rgba[p + 2] * 7471 + 0x8000) >> 16;
  }
  return pixels;
}

function plane(rgba, band) {
  return Uint8Array.from({ length: rgba.length / 4 }, (_, i) => rgba[4 * i + band]);
}

function resized(pixels, side, size) {
  if (side === size) return pixels;
  const filters = weights(side, size);
  return turned(narrowed(turned(narrowed(pixels, side, filters), side, size), side, filters), size, size);
}

/** Rows of `side` pixels become rows of as many as there are filters. */
function narrowed(pixels, side, filters) {
  const rows = pixels.length / side;
  const found = new Uint8ClampedArray(rows * filters.length);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < filters.length; x++) {
      const { first, parts } = filters[x];
      let sum = HALF;
      for (let k = 0; k < parts.length; k++) sum += pixels[row * side + first + k] * parts[k];
      found[row * filters.length + x] = sum >> BITS;
    }
  }
  return found;
}

/** Rows become columns. */
function turned(pixels, rows, columns) {
  const found = new Uint8ClampedArray(pixels.length);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) found[x * rows + y] = pixels[y * columns + x];
  }
  return found;
}

/** Which pixels make each new one, and with what weights; where a picture shrinks, the filter widens. */
function weights(side, size) {
  const scale = side / size;
  const wide = Math.max(1, scale);
  return Array.from({ length: size }, (_, x) => {
    const centre = (x + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - SUPPORT * wide + 0.5));
    const end = Math.min(side, Math.trunc(centre + SUPPORT * wide + 0.5));
    const raw = Array.from({ length: end - first }, (_, k) => cubic((k + first - centre + 0.5) * (1 / wide)));
    const total = raw.reduce((sum, part) => sum + part, 0);
    return { first, parts: raw.map((part) => whole(total === 0 ? part : part / total)) };
  });
}

function whole(part) {
  return Math.trunc((part < 0 ? -0.5 : 0.5) + part * (1 << BITS));
}

/** Keys' cubic, as Pillow writes it. */
function cubic(distance) {
  const x = Math.abs(distance);
  if (x < 1) return ((CURVE + 2) * x - (CURVE + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * CURVE : 0;
}

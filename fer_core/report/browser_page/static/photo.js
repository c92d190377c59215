// A photo and the square that is cut out of it: shown, moved by sliders or by dragging, cut without scaling.

const SHOWN_PX = 480;
const EYES = [[0.32, 0.38], [0.68, 0.375]]; // of the square's side, where FER2013's faces have them

const picture = document.getElementById("picture");
const [across, down, size] = ["across", "down", "size"].map((id) => document.getElementById(id));

let bitmap = null;
let grip = null; // where the square was when it was taken hold of, and the pointer

/** Read a file; the square begins in its middle. Throws where the browser cannot read it. */
export async function show(file) {
  const next = await createImageBitmap(file, { colorSpaceConversion: "none" }); // as Python reads it; upright
  bitmap?.close();
  bitmap = next;
  document.getElementById("framing").hidden = false;
  Object.assign(across, { value: 500 });
  Object.assign(down, { value: 500 });
  Object.assign(size, { value: 1000 });
  draw();
}

/** Whether there is a photo. */
export function isShown() {
  return bitmap !== null;
}

/** The chosen square in pixels of the photo. */
export function square() {
  const side = Math.max(1, Math.round((size.value / 1000) * Math.min(bitmap.width, bitmap.height)));
  return {
    left: Math.round((across.value / 1000) * (bitmap.width - side)),
    top: Math.round((down.value / 1000) * (bitmap.height - side)),
    side,
    width: bitmap.width,
    height: bitmap.height,
  };
}

/** The square's pixels, RGBA, on white where the photo is transparent. */
export function cut() {
  const { left, top, side } = square();
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.drawImage(bitmap, left, top, side, side, 0, 0, side, side);
  return context.getImageData(0, 0, side, side).data;
}

/** Call `act` whenever the square moved. */
export function whenMoved(act) {
  for (const slider of [across, down, size]) {
    slider.addEventListener("input", () => {
      draw();
      act();
    });
  }
  picture.addEventListener("pointerdown", (event) => {
    picture.setPointerCapture(event.pointerId);
    grip = { x: event.clientX, y: event.clientY, ...square() };
  });
  picture.addEventListener("pointermove", (event) => {
    if (!event.buttons || !grip) return;
    const shown = picture.getBoundingClientRect().width / grip.width;
    place(across, grip.left + (event.clientX - grip.x) / shown, grip.width - grip.side);
    place(down, grip.top + (event.clientY - grip.y) / shown, grip.height - grip.side);
    draw();
    act();
  });
}

/** Set a slider to a place of `room` pixels. */
function place(slider, pixels, room) {
  if (room > 0) slider.value = (1000 * pixels) / room;
}

function draw() {
  const { left, top, side } = square();
  const scale = Math.min(1, SHOWN_PX / Math.max(bitmap.width, bitmap.height));
  picture.width = Math.max(1, Math.round(bitmap.width * scale));
  picture.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = picture.getContext("2d");
  const inside = [left, top, side, side].map((length) => length * scale);
  context.drawImage(bitmap, 0, 0, picture.width, picture.height);
  context.fillStyle = "rgb(0 0 0 / 60%)";
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(bitmap, left, top, side, side, ...inside);
  outline(context, inside);
}

/** The square and a cross for each eye, white on black, so that they show on any photo. */
function outline(context, [left, top, side]) {
  const arm = side / 30;
  for (const [colour, width] of [["#000", 4], ["#fff", 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(left + 1, top + 1, side - 2, side - 2);
    for (const [x, y] of EYES.map(([x, y]) => [left + x * side, top + y * side])) {
      context.beginPath();
      context.moveTo(x - arm, y);
      context.lineTo(x + arm, y);
      context.moveTo(x, y - arm);
      context.lineTo(x, y + arm);
      context.stroke();
    }
  }
}

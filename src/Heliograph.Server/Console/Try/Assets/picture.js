const FRAME_RATE = 30;

/** Draws a sky with a travelling sun and a clock, for as long as it is not stopped. */
export class ClockPicture {
  #canvas;
  #ticker = new Worker('/try/ticker.js');

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} caption
   */
  constructor(canvas, caption) {
    this.#canvas = canvas;
    const context = canvas.getContext('2d');
    this.#ticker.onmessage = () => draw(context, new Date(), caption);
    draw(context, new Date(), caption);
  }

  /** @returns {MediaStream} */
  capture() {
    return this.#canvas.captureStream(FRAME_RATE);
  }

  stop() {
    this.#ticker.terminate();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Date} now
 * @param {string} caption
 */
function draw(context, now, caption) {
  const { width, height } = context.canvas;
  const seconds = now.getSeconds() + now.getMilliseconds() / 1000;
  drawSky(context, width, height);
  drawSun(context, width, height, seconds);
  drawHills(context, width, height);
  drawClock(context, width, height, now, caption);
  // A line that fills up once a minute.
  context.fillStyle = 'rgb(255 255 255 / 18%)';
  context.fillRect(0, height - 6, width, 6);
  context.fillStyle = '#f5b83d';
  context.fillRect(0, height - 6, width * seconds / 60, 6);
}

function drawSky(context, width, height) {
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#16263d');
  sky.addColorStop(0.65, '#3c5a78');
  sky.addColorStop(1, '#d9a066');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
}

/** Crosses the sky every ten seconds, so that any two looks at the picture differ. */
function drawSun(context, width, height, seconds) {
  const way = (seconds % 10) / 10;
  const x = width * (way * 1.2 - 0.1);
  const y = height * (0.72 - 0.52 * Math.sin(Math.PI * way));
  const glow = context.createRadialGradient(x, y, 4, x, y, 120);
  glow.addColorStop(0, 'rgb(255 214 128 / 85%)');
  glow.addColorStop(1, 'rgb(255 214 128 / 0%)');
  context.fillStyle = glow;
  context.fillRect(x - 120, y - 120, 240, 240);
  context.fillStyle = '#ffe2a0';
  context.beginPath();
  context.arc(x, y, 26, 0, 2 * Math.PI);
  context.fill();
}

function drawHills(context, width, height) {
  for (const [color, base, swell, length] of [['#27405a', 0.74, 18, 95], ['#182b40', 0.84, 14, 60]]) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width; x += 16) {
      context.lineTo(x, height * base + swell * Math.sin(x / length));
    }
    context.lineTo(width, height);
    context.fill();
  }
}

function drawClock(context, width, height, now, caption) {
  const time = now.toTimeString().slice(0, 8);
  const tenth = Math.floor(now.getMilliseconds() / 100);
  context.textAlign = 'center';
  context.shadowColor = 'rgb(0 0 0 / 55%)';
  context.shadowBlur = 10;
  context.fillStyle = '#ffffff';
  context.font = '600 84px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
  context.fillText(`${time}.${tenth}`, width / 2, height * 0.5);
  context.font = '18px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
  context.fillText(caption, width / 2, height * 0.61);
  context.shadowBlur = 0;
}

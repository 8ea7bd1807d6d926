const POP_MS = 500;

/** Draws the world on a canvas, in the world's units at any size of the canvas. */
export class Picture {
  #canvas;
  #size = { width: 1200, height: 750 };
  #coins = new Map();
  #pops = [];
  #faces = new Map();

  constructor(canvas) {
    this.#canvas = canvas;
  }

  set size(size) {
    this.#size = size;
  }

  /** Sets the coins. Coins that have disappeared burst. */
  setCoins(rows, now) {
    const coins = new Map(rows.map(([id, x, y, worth]) => [id, { x, y, worth }]));
    for (const [id, coin] of this.#coins) if (!coins.has(id)) this.#pops.push({ ...coin, at: now });
    this.#coins = coins;
  }

  /** A place on the screen as a place in the world. */
  toWorld({ clientX, clientY }) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((clientX - box.left) / box.width) * this.#size.width,
      y: ((clientY - box.top) / box.height) * this.#size.height,
    };
  }

  draw(now, positions, players, you) {
    const pen = this.#fit();
    const style = getComputedStyle(this.#canvas);
    const colour = (name) => style.getPropertyValue(name);
    this.#dots(pen, colour("--dots"));
    for (const coin of this.#coins.values())
      this.#coin(pen, coin, now, colour(coin.worth > 1 ? "--gold" : "--coin"));
    this.#bursts(pen, now, colour);
    for (const at of positions) {
      const player = players.get(at.n);
      if (player) this.#player(pen, at, player, at.n === you, colour("--ink"));
    }
  }

  #fit() {
    const ratio = devicePixelRatio || 1;
    const width = Math.round(this.#canvas.clientWidth * ratio);
    const height = Math.round(this.#canvas.clientHeight * ratio);
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height });
    const pen = this.#canvas.getContext("2d");
    pen.setTransform(width / this.#size.width, 0, 0, height / this.#size.height, 0, 0);
    pen.clearRect(0, 0, this.#size.width, this.#size.height);
    return pen;
  }

  #dots(pen, colour) {
    pen.fillStyle = colour;
    for (let x = 25; x < this.#size.width; x += 50) {
      for (let y = 25; y < this.#size.height; y += 50) pen.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
  }

  #coin(pen, { x, y, worth }, now, colour) {
    const radius = worth > 1 ? 15 + Math.sin(now / 180) * 1.5 : 11;
    disc(pen, x, y, radius, colour);
    pen.fillStyle = "#fff8";
    pen.beginPath();
    pen.arc(x - radius * 0.25, y - radius * 0.3, radius * 0.35, 0, 7);
    pen.fill();
    if (worth > 1) label(pen, String(worth), x, y + 6, "#fff", "700 17px");
  }

  #bursts(pen, now, colour) {
    this.#pops = this.#pops.filter((pop) => now - pop.at < POP_MS);
    for (const { x, y, worth, at } of this.#pops) {
      const age = (now - at) / POP_MS;
      pen.globalAlpha = 1 - age;
      pen.strokeStyle = colour("--coin");
      pen.lineWidth = 3;
      pen.beginPath();
      pen.arc(x, y, 12 + 26 * age, 0, 7);
      pen.stroke();
      label(pen, `+${worth}`, x, y - 30 * age, colour("--coin"), "700 22px");
      pen.globalAlpha = 1;
    }
  }

  #player(pen, { n, x, y, dx, dy }, { name, hue }, own, ink) {
    if (own) {
      pen.strokeStyle = ink;
      pen.lineWidth = 2.5;
      pen.setLineDash([7, 6]);
      pen.beginPath();
      pen.arc(x, y, 27, 0, 7);
      pen.stroke();
      pen.setLineDash([]);
    }
    disc(pen, x, y, 20, `oklch(0.62 0.13 ${hue})`);
    const look = this.#look(n, dx, dy);
    for (const side of [-7, 7]) {
      disc(pen, x + side + look.x * 4, y - 3 + look.y * 4, 5.5, "#fff");
      disc(pen, x + side + look.x * 6.5, y - 3 + look.y * 6.5, 2.8, "#222");
    }
    // Below the player if there is too little space above.
    label(pen, name, x, y < 60 ? y + 46 : y - 34, ink, "600 17px", this.#size.width);
  }

  /** The eyes turn gradually in the direction of movement, and stay there. */
  #look(n, dx, dy) {
    const look = this.#faces.get(n) ?? { x: 0, y: 0 };
    const length = Math.hypot(dx, dy);
    if (length > 0.5) {
      look.x += (dx / length - look.x) * 0.2;
      look.y += (dy / length - look.y) * 0.2;
    }
    this.#faces.set(n, look);
    return look;
  }
}

function disc(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fill();
}

/** Writes a text above a place; with `width`, it stays inside of a field of this width. */
function label(pen, text, x, y, colour, font, width = Infinity) {
  pen.font = `${font} system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.fillStyle = colour;
  const half = pen.measureText(text).width / 2 + 24;
  pen.fillText(text, width === Infinity ? x : Math.min(Math.max(x, half), width - half), y);
}

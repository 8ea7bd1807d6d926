/** Draws prices as a line from left to right, in the colour of the row's trend. */
export function drawTrend(canvas, prices) {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);

  const low = Math.min(...prices);
  const range = Math.max(...prices) - low;
  const x = (n) => 3 + (n / Math.max(1, prices.length - 1)) * (width - 8);
  const y = (price) => (range === 0 ? height / 2 : height - 5 - ((price - low) / range) * (height - 10));
  const last = prices.length - 1;

  const style = getComputedStyle(canvas);
  const rises = prices[last] >= prices[0];
  pen.strokeStyle = pen.fillStyle = style.getPropertyValue(rises ? "--up" : "--down");
  pen.lineWidth = 1.75;
  pen.lineJoin = "round";
  pen.beginPath();
  prices.forEach((price, n) => pen.lineTo(x(n), y(price)));
  pen.stroke();
  pen.beginPath();
  pen.arc(x(last), y(prices[last]), 2.75, 0, 7);
  pen.fill();
}

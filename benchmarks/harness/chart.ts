/** A line a contestant, both axes logarithmic. */
export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly xs: readonly number[];
  readonly lines: readonly Line[];
}

export interface Line {
  readonly label: string;
  readonly isOurs: boolean;
  readonly isDashed: boolean;
  /** Undefined where there is no number: the line has a gap. */
  readonly ys: readonly (number | undefined)[];
}

const WIDTH = 860;
const HEIGHT = 500;
const PLOT = { left: 70, right: 650, top: 50, bottom: 440 };
const LABEL_HEIGHT = 15;
const OURS = ['#d6336c', '#f06595'];
const OTHERS = [
  '#1c7ed6',
  '#2f9e44',
  '#e8590c',
  '#7048e8',
  '#0c8599',
  '#a68a00',
  '#5c5f66',
  '#9c36b5',
  '#66a80f',
];

export function lineChart({ title, x, y, xs, lines }: LineChart): string {
  const known = lines.flatMap(({ ys }) => ys).filter((value) => value !== undefined);
  const acrossX = scale(Math.min(...xs), Math.max(...xs), PLOT.left, PLOT.right);
  const acrossY = scale(
    10 ** Math.floor(Math.log10(Math.min(...known))),
    10 ** Math.ceil(Math.log10(Math.max(...known))),
    PLOT.bottom,
    PLOT.top,
  );
  const colours = coloursOf(lines);
  const ends = spreadOut(
    lines.map(({ ys }) => acrossY(ys.findLast((value) => value !== undefined) ?? known[0]!)),
  );
  const drawn = lines.map((line, i) => {
    const points = line.ys.flatMap((value, j) =>
      value === undefined ? [] : [`${round(acrossX(xs[j]!))},${round(acrossY(value))}`],
    );
    const width = line.isOurs ? 3 : 1.5;
    const dash = line.isDashed ? ' stroke-dasharray="5 4"' : '';
    const weight = line.isOurs ? ' font-weight="600"' : '';
    return `  <polyline points="${points.join(' ')}" fill="none" stroke="${colours[i]}" stroke-width="${width}"${dash}/>
  <text x="${PLOT.right + 8}" y="${round(ends[i]! + 4)}" fill="${colours[i]}"${weight}>${escaped(line.label)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">
  <rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
  <text x="${PLOT.left}" y="26" font-size="16" font-weight="600" fill="#212529">${escaped(title)}</text>
${xTicks(xs, acrossX).join('\n')}
${yTicks(known, acrossY).join('\n')}
  <text x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 40}" text-anchor="middle" fill="#495057">${escaped(x)}</text>
  <text transform="translate(16 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#495057">${escaped(y)}</text>
${drawn.join('\n')}
</svg>
`;
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  const length = Math.log(to / from);
  return (value) => start + (Math.log(value / from) / length) * (end - start);
}

function coloursOf(lines: readonly Line[]): string[] {
  let ours = 0;
  let others = 0;
  return lines.map(({ isOurs, isDashed }) => {
    if (isDashed) return '#868e96';
    return isOurs ? OURS[ours++ % OURS.length]! : OTHERS[others++ % OTHERS.length]!;
  });
}

function xTicks(xs: readonly number[], across: (value: number) => number): string[] {
  return xs.map((value) => {
    const at = round(across(value));
    return `  <path d="M${at} ${PLOT.top}V${PLOT.bottom}" stroke="#f1f3f5"/><text x="${at}" y="${PLOT.bottom + 18}" text-anchor="middle" fill="#868e96">${value}</text>`;
  });
}

function yTicks(known: readonly number[], across: (value: number) => number): string[] {
  const ticks: string[] = [];
  for (
    let power = Math.floor(Math.log10(Math.min(...known)));
    power <= Math.ceil(Math.log10(Math.max(...known)));
    power++
  ) {
    const at = round(across(10 ** power));
    const words = new Intl.NumberFormat('en', { notation: 'compact' }).format(10 ** power);
    ticks.push(
      `  <path d="M${PLOT.left} ${at}H${PLOT.right}" stroke="#dee2e6"/><text x="${PLOT.left - 8}" y="${at + 4}" text-anchor="end" fill="#868e96">${words}</text>`,
    );
  }
  return ticks;
}

/** Labels at the ends of lines, moved apart until none covers another, and kept within the picture. */
function spreadOut(heights: readonly number[]): number[] {
  const order = heights.map((height, i) => ({ height, i })).sort((a, b) => a.height - b.height);
  for (let n = 1; n < order.length; n++)
    order[n]!.height = Math.max(order[n]!.height, order[n - 1]!.height + LABEL_HEIGHT);
  const over = Math.max(0, order.at(-1)!.height - PLOT.bottom);
  for (let n = order.length - 1, most = PLOT.bottom; over > 0 && n >= 0; n--, most -= LABEL_HEIGHT) {
    order[n]!.height = Math.min(order[n]!.height, most);
  }
  const spread = [...heights];
  for (const { height, i } of order) spread[i] = height;
  return spread;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

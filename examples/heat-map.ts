/** A matrix as a picture: an SVG file with one image in it, a pixel an element, and names along its sides. */
import { deflateSync } from 'node:zlib';
import { crc32 } from './crc32.ts';

export interface HeatMap {
  readonly title: string;
  /** From 0, dark, to 1, bright; `width` of them a row. */
  readonly values: Float64Array;
  readonly width: number;
  /** Names of rows, each beside its own. */
  readonly rows: readonly string[];
  /** Marks below the columns: how far to the right, in columns, and what to write. */
  readonly marks: readonly (readonly [at: number, text: string])[];
  /** Size of an element in the picture. */
  readonly scale: readonly [x: number, y: number];
}

const MARGIN = { left: 40, top: 36, right: 16, bottom: 28 };

export function heatMap({ title, values, width, rows, marks, scale: [x, y] }: HeatMap): string {
  const height = values.length / width;
  const [w, h] = [width * x, height * y];
  const image = png(values, width, height).toString('base64');
  const text = (tx: number, ty: number, anchor: string, content: string) =>
    `<text x="${tx}" y="${ty}" text-anchor="${anchor}">${escaped(content)}</text>`;
  const { left, top, right, bottom } = MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w + left + right}" height="${h + top + bottom}" font-family="sans-serif" font-size="${Math.min(10, y)}">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<g font-size="14">${text(left, 22, 'start', title)}</g>`,
    `<image x="${left}" y="${top}" width="${w}" height="${h}" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${image}"/>`,
    ...rows.map((row, i) => text(left - 4, top + (i + 0.8) * y, 'end', row)),
    `<g font-size="10">${marks.map(([at, mark]) => text(left + at * x, top + h + 16, 'middle', mark)).join('')}</g>`,
    '</svg>\n',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Black, violet, orange, yellow: brightness grows all the way, so that it prints well in grey too. */
const COLOURS: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
];

/** A byte an element: its colour among 256. */
function png(values: Float64Array, width: number, height: number): Buffer {
  const raw = Buffer.alloc(height * (1 + width));
  for (let i = 0; i < values.length; i++) {
    raw[Math.floor(i / width) + 1 + i] = Math.round(Math.min(Math.max(values[i]!, 0), 1) * 255);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits, of a palette
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(Array.from({ length: 256 }, (_, i) => colour(i / 255)).flat())),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colour(brightness: number): number[] {
  const at = brightness * (COLOURS.length - 1);
  const low = Math.min(Math.floor(at), COLOURS.length - 2);
  return COLOURS[low]!.map((from, channel) =>
    Math.round(from + (COLOURS[low + 1]![channel]! - from) * (at - low)),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

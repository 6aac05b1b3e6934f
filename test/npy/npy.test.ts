import { readdirSync, readFileSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesPerElement, DTYPES, type DType, type TypedArray } from '../../src/arrays/dtype.ts';
import { SharedArray } from '../../src/arrays/shared-array.ts';
import { readNpy, writeNpy } from '../../src/npy/index.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string | readonly number[])[];
}

const expected = JSON.parse(readFileSync(new URL('expected.json', FIXTURES), 'utf8')) as Record<
  string,
  Expected
>;
const NAMES: Readonly<Record<string, DType>> = { bool: 'uint8', int64: 'bigint64', uint64: 'biguint64' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parajob-npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a file of NumPy', () => {
  it.each(Object.keys(expected))('is read: %s', async (name) => {
    const { dtype, shape, values } = expected[name]!;
    const array = await readNpy(new URL(`${name}.npy`, FIXTURES));
    const kind = NAMES[dtype] ?? dtype;
    expect(array).toMatchObject({ dtype: kind, shape: shape.length === 0 ? [1] : shape });
    expect(array.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    const numbers = values.flat();
    expect([...array.data]).toEqual(
      kind.startsWith('big')
        ? numbers.map((value) => BigInt(value))
        : numbers.map((value) =>
            kind === 'float32' || kind === 'complex64' ? Math.fround(Number(value)) : Number(value),
          ),
    );
  });

  it('may have its header in other quotes, and in another order', async () => {
    const text = `{"shape": (2, 1), "descr": "|i1", "fortran_order": True}`;
    const path = join(folder, 'quotes.npy');
    const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, text.length, 0]);
    await writeFile(path, Buffer.concat([preamble, Buffer.from(text), Buffer.from([5, 6])]));
    expect((await readNpy(path)).toNested()).toEqual([[5], [6]]);
  });

  it('is what is written, byte for byte', async () => {
    const same = Object.keys(expected).filter(
      (name) => name.startsWith('little') || ['empty', 'vector'].includes(name),
    );
    for (const name of same) {
      if (name === 'little-b1') continue; // booleans are written as the numbers that they were read as
      const path = new URL(`${name}.npy`, FIXTURES);
      const copy = join(folder, `${name}.npy`);
      await writeNpy(copy, await readNpy(path));
      expect(await readFile(copy), name).toEqual(await readFile(path));
    }
  });
});

describe('an array', () => {
  const arranged = fc
    .tuple(fc.constantFrom(...DTYPES), fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }))
    .chain(([dtype, shape]) => {
      const bytes = shape.reduce((product, length) => product * length, bytesPerElement(dtype));
      return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((random) => {
        const array = SharedArray.zeros(dtype, shape);
        new Uint8Array(array.data.buffer).set(random);
        return array;
      });
    });

  it('comes back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(arranged, async (array) => {
        const path = join(folder, 'any.npy');
        await writeNpy(path, array);
        const back = await readNpy(path);
        expect(back).toMatchObject({
          dtype: array.dtype === 'uint8c' ? 'uint8' : array.dtype,
          shape: array.shape,
        });
        expect(new Uint8Array(back.data.buffer)).toEqual(new Uint8Array(array.data.buffer));
      }),
      { numRuns: 60 },
    );
  });

  it('may be a slice, or a typed array', async () => {
    const path = join(folder, 'part.npy');
    await writeNpy(
      path,
      SharedArray.from([
        [1, 2],
        [3, 4],
        [5, 6],
      ]).slice(1),
    );
    expect((await readNpy(path, 'float64')).toNested()).toEqual([
      [3, 4],
      [5, 6],
    ]);
    await writeNpy(path, Int16Array.of(9, 1, 2).subarray(1));
    expect((await readNpy(path, 'int16')).toNested()).toEqual([1, 2]);
  });

  it('goes where a link leads', async () => {
    const path = join(folder, 'behind.npy');
    const link = join(folder, 'link.npy');
    await writeFile(path, '');
    await symlink(path, link);
    await writeNpy(link, Float64Array.of(1, 2));
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await readNpy(path)).toNested()).toEqual([1, 2]);
  });

  it('is not written once its memory has been moved', async () => {
    const array = Float64Array.of(1, 2);
    structuredClone(array, { transfer: [array.buffer] });
    const path = join(folder, 'moved.npy');
    await expect(writeNpy(path, array)).rejects.toMatchObject({ code: 'INVALID_ARRAY' });
    expect(await readdir(folder)).not.toContain('moved.npy');
  });

  it('replaces a file whole, or not at all', async () => {
    const path = join(folder, 'kept.npy');
    await writeNpy(path, Float64Array.of(1));
    const before = await readFile(path);
    await expect(writeNpy(path, [1] as unknown as TypedArray)).rejects.toMatchObject({
      code: 'INVALID_ARRAY',
    });
    await expect(writeNpy(folder, Float64Array.of(1))).rejects.toMatchObject({ syscall: 'rename' });
    expect(await readFile(path)).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('a file is refused, and nothing allocated for it', () => {
  const refusals: Readonly<Record<string, RegExp>> = {
    float16: /float16/,
    longdouble: /extended float/,
    strings: /strings/,
    bytes: /byte strings/,
    dates: /dates/,
    records: /records/,
    objects: /Python objects/,
  };
  it('for each of the fixtures there is a case', () => {
    const names = readdirSync(FIXTURES).flatMap((name) => /^refused-(.*)\.npy$/.exec(name)?.[1] ?? []);
    expect(names.sort()).toEqual(Object.keys(refusals).sort());
  });
  it.each(Object.entries(refusals))('that holds %s', async (name, message) => {
    const path = new URL(`refused-${name}.npy`, FIXTURES);
    await expect(readNpy(path)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringMatching(message),
    });
    await expect(readNpy(path)).rejects.toThrow(String(path));
  });

  function npy(header: string, data = 0, version = 1): Uint8Array {
    const body = Buffer.from(header);
    const preamble = Buffer.from([
      0x93,
      ...Buffer.from('NUMPY'),
      version,
      0,
      body.length & 255,
      body.length >> 8,
    ]);
    return Buffer.concat([preamble, body, Buffer.alloc(data)]);
  }
  const whole = (shape: string, descr = "'<f8'") =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;

  it.each<[string, Uint8Array, RegExp]>([
    ['that is empty', new Uint8Array(0), /does not start as .npy files do/],
    ['of another kind', Buffer.from('PK\x03\x04 and so on, for long'), /does not start as/],
    ['of the future', npy(whole('(1,)'), 8, 4), /version 4.0/],
    ['that ends in its header', npy(whole('(1,)')).subarray(0, 40), /ends at byte 40, in the middle/],
    ['whose header is no dictionary', npy('[1, 2]\n', 8), /its header is "\[1, 2\]/],
    ['whose header lacks the shape', npy("{'descr': '<f8', 'fortran_order': False}\n", 8), /its header is/],
    ['whose shape is negative', npy(whole('(-1,)'), 8), /its shape is \(-1,\)/],
    ['whose shape is fractional', npy(whole('(1.5,)'), 8), /its shape is \(1.5,\)/],
    ['of an unknown dtype', npy(whole('(1,)', "'<q7'"), 8), /something unknown \(dtype '<q7'\)/],
    ['of a dtype with something behind', npy(whole('(1,)', "'<f8[ns]'"), 8), /unknown \(dtype '<f8\[ns\]'\)/],
    ['of arrays in arrays', npy(whole('(1,)', "('<f8', (2,))"), 16), /records/],
    ['whose header ends too soon', npy(whole('(1,)').slice(0, 20), 8), /its header is "\{'descr'/],
    ['cut short', npy(whole('(3, 2)'), 47), /its data has 47 bytes, and shape \(3, 2\) of float64 needs 48/],
    ['that claims terabytes', npy(whole('(1000000, 1000000)'), 8), /needs 8000000000000/],
    [
      'that claims more than can be counted',
      npy(whole('(9007199254740991, 9007199254740991)'), 8),
      /needs 6\.49/,
    ],
    [
      'whose header claims to be longer than the file',
      Buffer.concat([Buffer.from('\x93NUMPY\x02\x00', 'latin1'), Buffer.from([255, 255, 255, 127])]),
      /claims to have 2147483647 bytes/,
    ],
  ])('%s', async (_, bytes, message) => {
    const path = join(folder, 'bad.npy');
    await writeFile(path, bytes);
    await expect(readNpy(path)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringMatching(message),
    });
  });

  it('that does not hold what was asked for', async () => {
    const read = readNpy(new URL('little-f4.npy', FIXTURES), 'float64');
    await expect(read).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('holds float32, not float64'),
    });
  });

  it('that is not there, with the error of the file system', async () => {
    await expect(readNpy(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a file larger than one piece', () => {
  const length = 2 ** 23 + 5; // float64: one piece, and 40 bytes

  it('is written and read whole', async () => {
    const array = SharedArray.zeros('float64', length);
    array.data.set([1, 2, 3], length - 6);
    const path = join(folder, 'large.npy');
    await writeNpy(path, array);
    expect((await stat(path)).size).toBe(128 + 8 * length);
    const back = await readNpy(path, 'float64');
    expect([...back.data.subarray(length - 6)]).toEqual([1, 2, 3, 0, 0, 0]);
  });

  it('in Fortran order and big-endian is turned around, across the pieces', async () => {
    const rows = 3;
    const columns = 2 ** 23 / 2 + 7; // int32: a piece ends inside of a column
    const header = `{'descr': '>i4', 'fortran_order': True, 'shape': (${rows}, ${columns}), }\n`;
    const data = new Int32Array(rows * columns).map((_, i) => i);
    const bytes = Buffer.from(data.buffer).swap32();
    const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
    const path = join(folder, 'fortran.npy');
    await writeFile(path, Buffer.concat([preamble, Buffer.from(header), bytes]));
    const { data: read } = await readNpy(path, 'int32');
    let wrong = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        if (read[row * columns + column] !== row + rows * column) wrong++;
      }
    }
    expect(wrong).toBe(0);
  });
});

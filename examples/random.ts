/**
 * sfc32, the "small fast counter" generator of Chris Doty-Humphrey's PractRand (public domain): 128 bits of state,
 * so that the streams of different jobs do not meet. Math.random cannot be seeded, and a job should draw the same
 * numbers whichever worker runs it.
 */
export function seeded(seed: number, stream: number): () => number {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next(); // until the seed has reached every bit of the state
  return next;
}

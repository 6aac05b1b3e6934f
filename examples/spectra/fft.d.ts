/** The part of fft.js that is used here; the package has no types of its own. */
declare module 'fft.js' {
  export default class FFT {
    /** `size` is a power of two. */
    constructor(size: number);
    /** An array for complex numbers: real and imaginary parts in turn. */
    createComplexArray(): number[];
    /** Writes the first half of the spectrum of real numbers; the other half mirrors it. */
    realTransform(out: number[], data: ArrayLike<number>): void;
  }
}

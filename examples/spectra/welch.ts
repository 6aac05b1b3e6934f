/**
 * What the workers do: the power spectrum of one signal by Welch's method. Overlapping windows of the signal are
 * tapered, transformed and averaged, which trades resolution for numbers that can be trusted.
 */
import FFT from 'fft.js';
import { ParallelWorker } from 'parajob';

/** Hours in a window: six weeks, so that a week and seven ninths of it can be told apart. */
export const WINDOW = 1024;
export const N_FREQUENCIES: number = WINDOW / 2 + 1;

/** Frequency of a column of the spectrum, in cycles a day. */
export function cyclesPerDay(column: number): number {
  return (24 * column) / WINDOW;
}

export class WelchSpectrum extends ParallelWorker {
  // Made once in each thread, used for all signals.
  readonly fft: FFT = new FFT(WINDOW);
  readonly taper: Float64Array = Float64Array.from(
    { length: WINDOW },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW),
  );
  readonly tapered: Float64Array = new Float64Array(WINDOW);
  readonly transformed: number[] = this.fft.createComplexArray();

  /** `signal` is a row of the SharedArray that the run is given: the very memory, not a copy. */
  override paraMethod(signal: Float64Array): Float64Array {
    const power = new Float64Array(N_FREQUENCIES);
    const step = WINDOW / 2;
    const nWindows = Math.floor((signal.length - WINDOW) / step) + 1;
    for (let n = 0; n < nWindows; n++) this.addWindow(signal.subarray(n * step, n * step + WINDOW), power);
    // Both halves of the mirrored spectrum; the mean square of the taper; so that powers add up to the variance.
    const scale = 2 / (nWindows * WINDOW * this.taper.reduce((sum, value) => sum + value ** 2, 0));
    return power.map((value) => value * scale);
  }

  addWindow(samples: Float64Array, power: Float64Array): void {
    const mean = samples.reduce((sum, value) => sum + value, 0) / WINDOW;
    for (let i = 0; i < WINDOW; i++) this.tapered[i] = (samples[i]! - mean) * this.taper[i]!;
    this.fft.realTransform(this.transformed, this.tapered);
    for (let k = 1; k < N_FREQUENCIES; k++) {
      power[k]! += this.transformed[2 * k]! ** 2 + this.transformed[2 * k + 1]! ** 2;
    }
  }
}

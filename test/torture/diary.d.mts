export interface Diary {
  readonly words: Int32Array;
  readonly times: Float64Array;
}
export interface Note {
  readonly kind: number;
  readonly key: number;
  readonly thread: number;
  readonly attempt: number;
  readonly time: number;
}
export const BEGUN: 1;
export const ENDED: 2;
export const DOOMED: 3;
export const MADE: 4;
export const EXITED: 5;
export const ROOM: number;
export function newDiary(): Diary;
export function note(diary: Diary, kind: number, key: number, attempt?: number): void;
export function noted(diary: Diary): number;
export function read(diary: Diary): Note[];

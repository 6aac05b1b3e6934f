export type Path = readonly (string | number)[];

/** Thrown for a value that cannot cross a thread; `path` leads to the part that is in the way. */
export class UncloneableError extends Error {
  override readonly name = 'UncloneableError';
  /** Where the value in the way stands: `input.rows[2]`. */
  readonly where: string;
  readonly what: string;

  /** `what` is the value in the way, in words; `root` is what the path starts from: `result`, `input`. */
  constructor(root: string, path: Path, what: string, options?: ErrorOptions) {
    const where = `${root}${path.map(step).join('')}`;
    super(`${where} is ${what}, which cannot cross a thread`, options);
    this.where = where;
    this.what = what;
  }
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** What is in the way, in words. */
export function functionWords(value: { readonly name: string }): string {
  return value.name === '' ? 'a function' : `the function ${value.name}`;
}

export function instanceWords(object: object): string {
  const name = (object.constructor as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object of its own kind';
}

/**
 * How a thread gets hold of the user's function or class. `resolve/` makes one in the calling thread,
 * `worker/load-worker` turns it back into a function in the other.
 */
export type WorkerReference = ExportReference | NativeReference | SourceReference;

/** An export of a module that a thread can load again. */
export interface ExportReference {
  readonly type: 'export';
  /** `file:` URL of the module. */
  readonly url: string;
  /** The export's name; `default` for the default export. */
  readonly name: string;
  /** How the calling thread came by the module, so that the thread gets the same one. */
  readonly loader: ModuleLoader;
}

export type ModuleLoader =
  /** `import()`; also right for CommonJS files, whose exports it unwraps. */
  | 'import'
  /** The same after registering tsx in the thread: the module is TypeScript that this Node cannot load. */
  | 'tsx';

/** A function of the language or of Node, such as `Math.sqrt`. */
export interface NativeReference {
  readonly type: 'native';
  /** The property path from `globalThis`: `['Math', 'sqrt']`. */
  readonly path: readonly string[];
}

/** A self-contained function or class, as text. */
export interface SourceReference {
  readonly type: 'source';
  /** An expression that evaluates to the function. */
  readonly source: string;
  /** Where it stands, so that stack traces and breakpoints are right. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * How a thread gets hold of the user's function or class. `resolve/` makes one in the calling thread,
 * `worker/load-worker` turns it back into a function in the other.
 */
export type WorkerReference = ExportReference | NativeReference | SourceReference;

/** An export of a module that a thread can load again. */
export interface ExportReference extends ModuleLoading {
  readonly type: 'export';
  /** URL of the module, `file:` almost always. */
  readonly url: string;
  /** The export's name; `default` for the default export, which in CommonJS may be `module.exports` itself. */
  readonly name: string;
}

/** How the calling thread came by a module, so that the thread gets the same one. */
export interface ModuleLoading {
  /** CommonJS is required, so that its exports are found as they are and not as `import()` guesses them. */
  readonly loader: 'import' | 'require';
  /** Whether tsx has to be registered first: TypeScript that this Node does not run by itself. */
  readonly tsx: boolean;
}

/** A function of the language or of Node, such as `Math.sqrt`. */
export interface NativeReference {
  readonly type: 'native';
  /** The Node module that has it, `node:path` say; without one the path starts at `globalThis`. */
  readonly module?: string;
  /** The property path: `['Math', 'sqrt']`. */
  readonly path: readonly string[];
}

/**
 * A function or class as text, with what it refers to. The text is the script it was written in, with
 * everything else blanked out, so that lines and columns in stack traces stay right.
 */
export interface SourceReference {
  readonly type: 'source';
  /** Assignments and declarations, to be run as one function body. */
  readonly source: string;
  /** The variable in `source` that holds the function when all has run. */
  readonly name: string;
  /** Variables that `source` assigns without declaring them. */
  readonly variables: readonly string[];
  readonly imports: readonly ImportedVariable[];
  /** Variables that stand for `import.meta`. */
  readonly metas: readonly string[];
  readonly strict: boolean;
  /** `file:` URL of the script, or what stands for one. */
  readonly url: string;
  readonly tsx: boolean;
  /** The script's source map as JSON, when the calling thread reads source maps. */
  readonly sourceMap?: string;
}

/** A variable of shipped source that the thread imports again, resolved from the script. */
export interface ImportedVariable {
  readonly local: string;
  readonly specifier: string;
  /** Name of the export, or `*` for the whole namespace. */
  readonly name: string;
  /** Import attributes, such as `{ type: 'json' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Any function or class, whatever it takes and returns. */
export type AnyFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

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
 * A function or class as text, with what it refers to. The values of its variables travel apart, as they are when
 * a run starts; all here is equal for equal functions.
 */
export interface SourceReference {
  readonly type: 'source';
  readonly scripts: readonly ShippedScript[];
  readonly texts: readonly ShippedText[];
  /** Functions and classes, in the order in which they can be made. */
  readonly units: readonly ShippedUnit[];
  /** Which of the units it is all about. */
  readonly main: number;
  /** What is put in place once the units are there. */
  readonly links: readonly Link[];
  /** Script of the first unit. */
  readonly url: string;
}

/** A script that shipped code is from: all but its text. */
export interface ShippedScript {
  /** `file:` URL of the script, or what stands for one. */
  readonly url: string;
  readonly isModule: boolean;
  /** How long each of its lines is. */
  readonly lines: readonly number[];
  readonly tsx: boolean;
  /** Its source map as JSON, when the calling thread reads source maps. */
  readonly sourceMap?: string;
}

/**
 * The text of a function or class. A thread runs it by itself, at the very offset where it stands in its script and
 * with nothing but blanks around: so stack traces, breakpoints, source maps and coverage are those of the script.
 */
export interface ShippedText {
  readonly script: number;
  readonly start: number;
  /** What is put in place of blanks, to make a factory of it; in pieces, as there may not be much room. */
  readonly before: readonly string[];
  readonly text: string;
  readonly after: string;
}

/** One function or class, with surroundings of its own. */
export interface ShippedUnit {
  readonly kind: 'function' | 'class';
  readonly text: number;
  /** Its variables, in the order in which the factory takes them. */
  readonly variables: readonly Origin[];
  /** Those that are only read while a class is made, as indices: for its static private fields. */
  readonly making?: readonly number[];
}

/** Where a thread gets something from. */
export type Origin =
  /** An element of the captured values. */
  | { readonly type: 'value'; readonly index: number }
  | { readonly type: 'unit'; readonly index: number }
  /** What the instances of a unit inherit from. */
  | { readonly type: 'prototype'; readonly index: number }
  | { readonly type: 'reference'; readonly reference: ExportReference | NativeReference }
  | ImportOrigin
  /** `import()` as vitest writes it; `root` is what its paths start from. */
  | { readonly type: 'vitest-import'; readonly url: string; readonly root: string }
  | { readonly type: 'import-meta'; readonly url: string }
  /** What `createRequire()` gives for a script. */
  | { readonly type: 'require'; readonly url: string; readonly tsx: boolean }
  /** A global object, such as `Math` or `process.env`: the properties that lead to it. */
  | { readonly type: 'global'; readonly path: readonly string[] }
  /** A symbol that every thread has, by the property of `Symbol` or the key of `Symbol.for`. */
  | { readonly type: 'symbol'; readonly by: 'name' | 'key'; readonly key: string }
  | { readonly type: 'null' };

/** A variable that the thread imports again, resolved from the script. */
export interface ImportOrigin {
  readonly type: 'import';
  readonly loader: 'import' | 'require';
  readonly url: string;
  readonly specifier: string;
  readonly tsx: boolean;
  /** The properties that lead to its value: none for the whole namespace. */
  readonly path: readonly string[];
  /** Import attributes, such as `{ type: 'json' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Where CommonJS gets a `default`, as esbuild and TypeScript do it: always, or unless it says it has one. */
  readonly interop?: 'always' | 'unless-es-module';
  /** For a variable that follows its module: what to say if that gives it another value while jobs run. */
  readonly ifChanged?: string;
}

/** Puts something into an object that could not travel there: a function, or an object's class. */
export interface Link {
  readonly holder: Origin;
  /** A property, the value of a Map's entry, what the object inherits from; or something that clones lose. */
  readonly place:
    | { readonly type: 'property'; readonly key: string; readonly enumerable: boolean }
    | { readonly type: 'entry'; readonly nth: number }
    | { readonly type: 'class' }
    /** The whole of it, which is made by a class of the globals: the value is what its constructor gets. */
    | { readonly type: 'made'; readonly by: readonly string[] }
    | { readonly type: 'integrity'; readonly integrity: Integrity }
    | { readonly type: 'lastIndex'; readonly index: number };
  readonly to: Origin;
}

/** How far an object may still be changed; `deeply` goes for all that is in it. */
export type Integrity = 'deeply-frozen' | 'frozen' | 'sealed' | 'closed';

/** Something that must be the same when the jobs are done as before. */
export interface Watched {
  /** A value; or some globals, of which counts only what they have themselves. */
  readonly origin: Origin | { readonly type: 'globals'; readonly names: readonly string[] };
  /** What to say if it is not. */
  readonly message: string;
}

/** A value of this thread that must be the same when jobs are done, and what to say if it is not. */
export interface Guarded {
  readonly read: () => unknown;
  /** Whether what is in it counts as well; `own` for a list of objects, of which counts what they have themselves. */
  readonly depth: 'identity' | 'own' | 'deep';
  readonly message: string;
}

/** Any function or class, whatever it takes and returns. */
export type AnyFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

import { isDeepStrictEqual } from 'node:util';

/** How a thread makes a value again that structured clone does not know: by which class, and of what. */
export interface Remade {
  /** The path of the class from the globals. */
  readonly by: readonly string[];
  /** What its constructor gets. */
  readonly args: readonly unknown[];
}

/** `URL`, formatters and the like, which are all that went into them; undefined for anything else. */
export function remade(value: object): Remade | undefined {
  const known = unchanging.get(value);
  if (known) return known;
  const kind = KINDS.find(({ prototype }) => prototype === Object.getPrototypeOf(value));
  if (!kind) return undefined;
  const found = { by: kind.by, args: kind.argsOf(value) };
  const again = Reflect.construct(kind.prototype.constructor, [...found.args]) as object;
  // Something that it has been given, or that its options do not tell.
  if (!isDeepStrictEqual(Reflect.ownKeys(again), Reflect.ownKeys(value))) return undefined;
  if (!kind.isUnchanging) return found;
  if (!isDeepStrictEqual(optionsOf(again), optionsOf(value))) return undefined;
  unchanging.set(value, found);
  return found;
}

/** Those that nobody can change: making a formatter takes long. */
const unchanging = new WeakMap<object, Remade>();

interface Kind {
  readonly prototype: object;
  readonly by: readonly string[];
  readonly isUnchanging: boolean;
  readonly argsOf: (value: object) => readonly unknown[];
}

const KINDS: readonly Kind[] = [
  { prototype: URL.prototype, by: ['URL'], isUnchanging: false, argsOf: (url) => [(url as URL).href] },
  {
    prototype: URLSearchParams.prototype,
    by: ['URLSearchParams'],
    isUnchanging: false,
    argsOf: (params) => [`${params}`],
  },
  { prototype: TextEncoder.prototype, by: ['TextEncoder'], isUnchanging: true, argsOf: () => [] },
  ...Object.getOwnPropertyNames(Intl).flatMap((name): Kind[] => {
    const made: unknown = Intl[name as keyof typeof Intl];
    if (typeof made !== 'function' || !hasOptions(made.prototype)) return [];
    return [{ prototype: made.prototype, by: ['Intl', name], isUnchanging: true, argsOf: argsOfFormatter }];
  }),
];

interface WithOptions {
  resolvedOptions(): { readonly locale: string; readonly [option: string]: unknown };
}

function hasOptions(prototype: object | undefined): prototype is WithOptions {
  return prototype !== undefined && 'resolvedOptions' in prototype;
}

function optionsOf(value: object): object | undefined {
  return hasOptions(value) ? value.resolvedOptions() : undefined;
}

function argsOfFormatter(formatter: object): readonly unknown[] {
  const { locale, hour12, ...options } = (formatter as WithOptions).resolvedOptions();
  // Given both, it would take the cycle that the locale has for the latter.
  return [locale, hour12 === undefined || options.hourCycle !== undefined ? options : { ...options, hour12 }];
}

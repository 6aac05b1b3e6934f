/** What reporters need of `process.stderr`; tests bring their own. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(chunk: string | Uint8Array, ...rest: unknown[]): boolean;
}

// Taken when the library loads: fake timers replace it.
const { queueMicrotask } = globalThis;

/**
 * Hands whatever is written to `stream` to `receive` instead, until the returned function is called. What
 * `receive` does not want (it returns false) is written as usual.
 */
export function divertWrites(stream: OutputStream, receive: (bytes: Uint8Array) => boolean): () => void {
  const own = Object.getOwnPropertyDescriptor(stream, 'write');
  const write = stream.write;
  let diverting = true;

  const diverted = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const encoding = typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8';
    if (!diverting || !receive(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)) {
      return write.call(stream, chunk, ...rest);
    }
    const callback = rest.at(-1);
    if (typeof callback === 'function') queueMicrotask(() => callback());
    return true;
  };
  stream.write = diverted;

  return () => {
    diverting = false;
    // Somebody else may have wrapped ours since; theirs stays, and ours passes everything on.
    if (stream.write !== diverted) return;
    if (own) Object.defineProperty(stream, 'write', own);
    else Reflect.deleteProperty(stream, 'write');
  };
}

import type { Debugger, Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import type { AnyFunction } from '../protocol/worker-reference.ts';
import { isExportedAtSight } from './exported-at-sight.ts';
import { ask, inspect, type Look, scopeListOf, withLook } from './inspector.ts';
import { type FunctionLocation, isWhereItStands, type LoadedScript } from './loaded-script.ts';
import { type Outline, readScriptFile, scriptOnDisk } from './script-on-disk.ts';

export type Located =
  /** Its module exports it under its own name. */
  | { readonly kind: 'exported'; readonly url: string }
  | { readonly kind: 'script'; readonly location: FunctionLocation; readonly script: LoadedScript }
  | { readonly kind: 'bound' }
  | { readonly kind: 'native' };

/** What is known of scripts, by their ids. */
const scripts = new Map<string, LoadedScript>();
/** Those of them whose text a file has told, not V8. */
const fromFiles = new WeakSet<LoadedScript>();
/** Every `eval` is a script too, so this must end somewhere. */
const MAX_SCRIPTS = 100;

/**
 * Asks V8 where a function was written, through the inspector of this process. The debugger is enabled only
 * for the moment of the question: enabled, it would slow the program down.
 *
 * @throws JobRunnerError `WORKER_NOT_LOCATED` where there is no inspector, or none that knows functions.
 */
export function locateFunction(target: AnyFunction): Located {
  return withLook(target, (look) => locate(look, target));
}

function locate(look: Look, target: AnyFunction): Located {
  const { internalProperties } = inspect(look, target);
  if (internalProperties.some(({ name }) => name === '[[TargetFunction]]')) return { kind: 'bound' };
  const location = locationOf(look, target);
  if (!location) return { kind: 'native' };
  const known = scripts.get(location.scriptId);
  if (known && (!fromFiles.has(known) || isWhereItStands(target, known.source, location)))
    return { kind: 'script', location, script: known };
  const found = known ? undefined : locateInFile(look, target, location);
  return found ?? { kind: 'script', location, script: readScript(look.session, location.scriptId) };
}

/** The script of a function as the debugger has it; undefined if that is how it is known already. */
export function scriptFromDebugger(target: AnyFunction, known: LoadedScript): LoadedScript | undefined {
  if (!fromFiles.has(known)) return undefined;
  return withLook(target, (look) => readScript(look.session, locationOf(look, target)!.scriptId));
}

function locationOf(look: Look, target: AnyFunction): FunctionLocation | undefined {
  const { internalProperties } = inspect(look, target);
  return internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value;
}

function locateInFile(look: Look, target: AnyFunction, location: FunctionLocation): Located | undefined {
  if (mayBeTranspiled(location)) return undefined;
  const outline = outlineOf(look.session, location.scriptId);
  const file = outline && readScriptFile(outline);
  if (!file) return undefined;
  if (isExportedAtSight(target, file, location)) return { kind: 'exported', url: file.url };
  const script = scriptOnDisk(target, location, file, {
    hasModuleScope: () => scopeListOf(look, target).some(({ description }) => description === 'Module'),
    isOfNode: (fn) => isOfNode(look, fn),
  });
  if (!script) return undefined;
  fromFiles.add(script);
  remember(location.scriptId, script);
  return { kind: 'script', location, script };
}

/** tsx makes one line of a module. Nothing in it is at sight, and no file holds it. */
function mayBeTranspiled({ lineNumber, columnNumber }: FunctionLocation): boolean {
  return lineNumber === 0 && columnNumber > 200;
}

/** Whether a function is Node's own, and not what somebody has put in its place. */
function isOfNode(look: Look, fn: AnyFunction): boolean {
  const location = locationOf(look, fn);
  return (
    location !== undefined && outlineOf(look.session, location.scriptId)?.url.startsWith('node:') === true
  );
}

let outlines: ReadonlyMap<string, Outline> = new Map();

/**
 * The profiler knows some of what a debugger does, of scripts that have run, without all that a debugger needs. It goes
 * through the whole heap to tell, so it is asked once for all that have run by then.
 */
function outlineOf(session: Session, scriptId: string): Outline | undefined {
  if (!outlines.has(scriptId)) {
    const { result } = ask<Profiler.GetBestEffortCoverageReturnType>((done) =>
      session.post('Profiler.getBestEffortCoverage', done),
    );
    // The first function is the script itself.
    outlines = new Map(
      result.map(({ scriptId: id, url, functions: [first] }) => [
        id,
        { url, length: first?.ranges[0]?.endOffset ?? Number.NaN },
      ]),
    );
  }
  return outlines.get(scriptId);
}

type ScriptParsed = Debugger.ScriptParsedEventDataType;

function readScript(session: Session, scriptId: string): LoadedScript {
  let parsed: ScriptParsed | undefined;
  session.on('Debugger.scriptParsed', ({ params }) => {
    if (params.scriptId === scriptId) parsed = params;
  });
  // Enabling reports every script that is still alive.
  ask<Debugger.EnableReturnType>((done) => session.post('Debugger.enable', done));
  try {
    if (!parsed) throw new Error(`the inspector does not know script ${scriptId}`);
    const { scriptSource } = ask<Debugger.GetScriptSourceReturnType>((done) =>
      session.post('Debugger.getScriptSource', { scriptId }, done),
    );
    const { url, isModule = false, startLine, startColumn, sourceMapURL = '' } = parsed;
    const script = { url: fileOf(url), source: scriptSource, isModule, startLine, startColumn, sourceMapURL };
    remember(scriptId, script);
    return script;
  } finally {
    session.post('Debugger.disable');
  }
}

function remember(scriptId: string, script: LoadedScript): void {
  if (scripts.size === MAX_SCRIPTS) scripts.clear();
  scripts.set(scriptId, script);
}

/** On Node 20, tsx hands CommonJS that an ES module imports over as a `data:` URL, with the file in its query. */
function fileOf(url: string): string {
  const file = /^data:.*\?filePath=([^&]*)/s.exec(url)?.[1];
  return file === undefined ? url : pathToFileURL(decodeURIComponent(file)).href;
}

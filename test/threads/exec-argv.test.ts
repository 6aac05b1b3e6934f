import { describe, expect, it } from 'vitest';
import { inheritedExecArgv } from '../../src/threads/exec-argv.ts';

describe('options of the process that threads inherit', () => {
  it('are what the user gave, without saying it again', () => {
    const given = [
      '--conditions',
      'development',
      '--enable-source-maps',
      '--import',
      './hooks.mjs',
      '-r',
      'dotenv',
    ];
    expect(inheritedExecArgv(given)).toBeUndefined();
  });

  it('leave out what goes with --eval and would end a thread', () => {
    expect(inheritedExecArgv(['--input-type=module', '--no-warnings'])).toEqual(['--no-warnings']);
    expect(inheritedExecArgv(['--input-type', 'module', '--no-warnings'])).toEqual(['--no-warnings']);
  });

  it("leave out tsx's preloads, in every way of giving them", () => {
    expect(
      inheritedExecArgv([
        '--require',
        '/app/node_modules/tsx/dist/preflight.cjs',
        '--import',
        'file:///app/node_modules/tsx/dist/loader.mjs',
        '--import=tsx',
        '--import',
        'tsx/esm',
        '--no-warnings',
      ]),
    ).toEqual(['--no-warnings']);
  });

  it("leave out V8's, which threads refuse and have anyhow, once something has to be left out", () => {
    expect(inheritedExecArgv(['--max-old-space-size=4096'])).toBeUndefined();
    expect(inheritedExecArgv(['--import', 'tsx', '--max-old-space-size=4096', '-C', 'development'])).toEqual([
      '-C',
      'development',
    ]);
  });

  it('keep preloads that only sound like it', () => {
    const given = ['--import', './tsx-settings.mjs'];
    expect(inheritedExecArgv(given)).toBeUndefined();
  });
});

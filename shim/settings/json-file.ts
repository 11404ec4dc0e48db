import { dirname } from 'node:path';
import type { ParseError } from 'jsonc-parser';
import { behindLinks, makePrivateFolder, readTextIfPresent, replaceFile } from '../system/files.ts';
import { isObject, type JsonObject } from '../system/json.ts';
import { hashOf } from './merge.ts';

/** What reads and changes JSON with comments: `await import('../system/library.ts')`. */
export type Jsonc = Pick<typeof import('../system/library.ts'), 'applyEdits' | 'modify' | 'parse'>;

/** The depth at which values are compared: a setting, or a server within `amp.mcpServers`. */
const DEPTH = 2;

/**
 * A JSON object in a file that others also write. Comments and trailing commas, which Amp allows in its
 * settings (test/conformance/README.md), are read and kept.
 */
export class JsonFile {
  /** What the file holds: an empty object when there is no file, null when it is not a JSON object. */
  readonly content: JsonObject | null;
  readonly #path: string;
  readonly #raw: string;
  readonly #text: string;
  readonly #jsonc: Jsonc;

  /** @param path of the file, which need not exist. */
  constructor(path: string, jsonc: Jsonc) {
    this.#jsonc = jsonc;
    this.#path = behindLinks(path);
    this.#raw = readTextIfPresent(path) ?? '';
    // Amp takes neither an empty file nor a byte-order mark (findings/amp-empty-settings.sh).
    this.#text = this.#raw.trim() === '' ? '{}' : this.#raw.replace(/^\ufeff/, '');
    const errors: ParseError[] = [];
    const value: unknown = jsonc.parse(this.#text, errors, { allowTrailingComma: true });
    this.content = errors.length === 0 && isObject(value) ? value : null;
  }

  /** Writes the values that differ into the text that is there. The file is readable by its owner only. */
  write(next: JsonObject): void {
    const text = this.#changed(this.#text, this.content ?? {}, next, []);
    if (text === this.#raw) return;
    makePrivateFolder(dirname(this.#path));
    replaceFile(this.#path, text.endsWith('\n') ? text : `${text}\n`);
  }

  #changed(text: string, before: JsonObject, after: JsonObject, path: readonly string[]): string {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].reduce((current, name) => {
      const [old, wanted] = [before[name], after[name]];
      if (JSON.stringify(old) === JSON.stringify(wanted)) return current;
      const place = [...path, name];
      if (isObject(old) && isObject(wanted) && place.length < DEPTH)
        return this.#changed(current, old, wanted, place);
      return this.#set(current, place, wanted);
    }, text);
  }

  /** Sets one value in the text; undefined removes it. */
  #set(text: string, place: readonly string[], value: unknown): string {
    const next = this.#edited(text, place, value);
    const now = place.reduce<unknown>(
      (at, name) => (isObject(at) ? at[name] : undefined),
      this.#parsed(next),
    );
    if (JSON.stringify(now) === JSON.stringify(value)) return next;
    return this.#set(this.#withoutShadowed(text, place), place, value);
  }

  /**
   * Where a name stands twice in one object, the last one counts, and jsonc-parser changes the first
   * (findings/jsonc-parser-name-twice.sh). Removes one that doesn't count.
   */
  #withoutShadowed(text: string, place: readonly string[]): string {
    const meaning = hashOf(this.#parsed(text));
    for (let depth = place.length; depth > 0; depth--) {
      const shorter = this.#edited(text, place.slice(0, depth), undefined);
      if (shorter !== text && hashOf(this.#parsed(shorter)) === meaning) return shorter;
    }
    throw new Error(`'${place.join("' in '")}' can't be changed there`);
  }

  #edited(text: string, place: readonly string[], value: unknown): string {
    const formattingOptions = { insertSpaces: true, tabSize: 2 };
    return this.#jsonc.applyEdits(text, this.#jsonc.modify(text, [...place], value, { formattingOptions }));
  }

  #parsed(text: string): unknown {
    return this.#jsonc.parse(text, [], { allowTrailingComma: true });
  }
}

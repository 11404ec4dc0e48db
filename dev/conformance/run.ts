import { startAmpServer } from '../../test/support/amp/server.ts';
import { ampFolderOf } from './install.ts';
import { openedItself } from './opened-itself.ts';
import * as questions from './questions.ts';
import * as scenarios from './scenarios.ts';

/**
 * The columns: what a start can run into, then the questions that the feature began with
 * (docs/investigation.md).
 */
export const COLUMNS: Readonly<Record<string, scenarios.Scenario>> = {
  cold: scenarios.cold,
  warm: scenarios.warm,
  missing: scenarios.missing,
  archived: scenarios.archived,
  offline: scenarios.offline,
  'key refused': scenarios.keyRefused,
  'no key': scenarios.noKey,
  slow: scenarios.slow,
  'error 500': scenarios.status500,
  'not found 404': scenarios.status404,
  'opened itself': openedItself,
  variable: questions.environmentVariable,
  'stream-json': questions.streamJson,
  list: questions.threadsList,
  'unknown ID': questions.unknownId,
  'under AgentAPI': questions.underAgentapi,
  'followed by': questions.followedBy,
};

/** A version's result in one column. */
export type Cell = scenarios.Outcome & { readonly column: string };

/** One version and its cells, in the order of the columns. */
export type Row = { readonly version: string; readonly cells: readonly Cell[] };

/**
 * Runs scenarios with one version of Amp, each with its own account and home.
 * @param columns names of the columns to run.
 * @param patient see `Setting`.
 * @param tell called with each cell as it is finished.
 * @throws if the version is not available.
 */
export async function runVersion(
  version: string,
  columns: readonly string[],
  patient: boolean,
  tell: (cell: Cell) => void,
): Promise<Row> {
  const ampFolder = await ampFolderOf(version);
  const cells: Cell[] = [];
  for (const column of columns) {
    const scenario = COLUMNS[column];
    if (scenario === undefined) throw new Error(`There is no column '${column}'.`);
    const account = await startAmpServer();
    try {
      const cell = { column, ...(await scenario({ version, ampFolder, account, patient }).catch(failure)) };
      cells.push(cell);
      tell(cell);
    } finally {
      await account.close();
    }
  }
  return { version, cells };
}

/** A scenario that could not be completed counts as failed. */
function failure(error: unknown): scenarios.Outcome {
  const why = error instanceof Error ? error.message : String(error);
  return { word: 'failed', broken: [why], starts: [], history: [], amp: [] };
}

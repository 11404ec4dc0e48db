// `npm run package`: the module, ready to hand out.
//   npm run package [<folder>]                   an archive of what Terraform needs, in dist/ or that folder
//   npm run package -- --folder <folder>         the same as a folder, for a template that brings the module itself
//   npm run package -- --registry <checkout>     the module as it would be merged into a checkout of coder/registry
import { parseArgs } from 'node:util';
import { helpIfAsked } from '../help.ts';
import { packageModule, writeModule } from './package-module.ts';
import { writeRegistryCopy } from './registry-copy.ts';

helpIfAsked();
try {
  const { values, positionals } = parseArgs({
    options: { folder: { type: 'string' }, registry: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.registry !== undefined) console.log(writeRegistryCopy(values.registry).folder);
  else if (values.folder !== undefined) console.log(writeModule(values.folder));
  else console.log((await packageModule(positionals[0] ?? 'dist')).archive);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

// `npm run package [<folder>]`: the module as Terraform needs it, and nothing else, as an archive.
import { packageModule } from './package-module.ts';

console.log((await packageModule(process.argv[2] ?? 'dist')).archive);

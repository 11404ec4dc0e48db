import type { CommandLine } from '../cli/parse.ts';
import { COMMANDS, type CommandSpec } from '../cli/spec.ts';
import { print } from '../cli/terminal.ts';
import { EXIT, Refusal } from '../system/exit.ts';

const SPECS: readonly (readonly [string, CommandSpec])[] = Object.entries(COMMANDS);
/** Threads to complete: their IDs, from the lines that `list` gives a pipe. */
const THREADS = 'amp-session list --limit 200 2>/dev/null | cut -f1';

/** Prints the completions of a shell, made from the same table as the help. */
export function completion(line: CommandLine): void {
  const shells: { [shell: string]: () => string } = { bash, zsh, fish };
  const [shell = ''] = line.words;
  const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (script === undefined) throw new Refusal(EXIT.usage, 'There are completions for bash, zsh and fish.');
  print(script());
}

function optionsOf(spec: CommandSpec): string[] {
  return [...Object.keys(spec.options), 'help'].map((name) => `--${name}`);
}

function bash(): string {
  const cases = SPECS.map(([name, spec]) => {
    const threads = spec.completesThreads === true ? ` $(${THREADS})` : '';
    return `    ${name}) words="${optionsOf(spec).join(' ')}${threads}" ;;`;
  });
  return `# bash completion for amp-session
_amp_session() {
  local words current=\${COMP_WORDS[COMP_CWORD]}
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${SPECS.map(([name]) => name).join(' ')}" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) words= ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _amp_session amp-session
`;
}

function zsh(): string {
  const cases = SPECS.map(([name, spec]) => {
    const threads = spec.completesThreads === true ? ` && compadd -- \${(f)"$(${THREADS})"}` : '';
    return `    ${name}) compadd -- ${optionsOf(spec).join(' ')}${threads} ;;`;
  });
  const commands = SPECS.map(
    ([name, { summary }]) => `    '${name}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`,
  );
  return `#compdef amp-session
_amp_session() {
  local -a commands=(
${commands.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
  _files
}
compdef _amp_session amp-session
`;
}

function fish(): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = SPECS.flatMap(([name, spec]) => [
    `complete -c amp-session -n __fish_use_subcommand -f -a ${name} -d ${quote(spec.summary)}`,
    ...Object.entries(spec.options).map(
      ([option, { about, short }]) =>
        `complete -c amp-session -n '__fish_seen_subcommand_from ${name}' -l ${option}${short === undefined ? '' : ` -s ${short}`} -d ${quote(about)}`,
    ),
    ...(spec.completesThreads === true
      ? [`complete -c amp-session -n '__fish_seen_subcommand_from ${name}' -f -a '(${THREADS})'`]
      : []),
  ]);
  return `# fish completion for amp-session\n${lines.join('\n')}\n`;
}

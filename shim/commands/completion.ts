import type { CommandLine } from '../cli/parse.ts';
import { COMMANDS, type CommandSpec } from '../cli/spec.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { print } from '../terminal/output.ts';

const SPECS: readonly (readonly [string, CommandSpec])[] = Object.entries(COMMANDS);
/** How a command line names the key, as a regular expression for all three shells. */
const KEY = '(--key[= ]|-k )([^ ]+)';

/** What the scripts run, once for each time that somebody presses Tab: see `candidates.ts`. */
const ASK = 'amp-session completion';

/** Prints a shell's completions, generated from the same table as the help. */
export function completion(command: CommandLine): void {
  const shells: { [shell: string]: () => string } = { bash, zsh, fish };
  const [shell = ''] = command.args;
  const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (script === undefined)
    throw new Refusal(EXIT.usage, 'Completions are available for bash, zsh and fish.');
  print(script());
}

function wordsOf({ choices = [], options }: CommandSpec): string {
  return [...choices, ...[...Object.keys(options), 'help'].map((name) => `--${name}`)].join(' ');
}

function bash(): string {
  const cases = SPECS.map(([name, spec]) => {
    const threads = spec.completesThreads === true ? ` what=threads` : '';
    return `    ${name}) words="${wordsOf(spec)}"${threads} ;;`;
  });
  return `# bash completion for amp-session
_amp_session() {
  local words= what= key=() current=\${COMP_WORDS[COMP_CWORD]} line=\${COMP_LINE:0:COMP_POINT} word
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${SPECS.map(([name]) => name).join(' ')}" -- "$current"))
    return
  fi
  # From the whole line: readline splits words at colons, which keys may contain.
  local pattern='${KEY}' typed='(--key[= ]|-k )([^ ]*)$'
  if [[ $line =~ $typed ]]; then
    local begun=\${BASH_REMATCH[2]}
    COMPREPLY=()
    while IFS=$'\\t' read -r word _; do
      [[ $word != "$begun"* ]] || COMPREPLY+=("\${word#"\${begun%"\${begun##*:}"}"}")
    done < <(${ASK} keys 2>/dev/null)
    return
  fi
  [[ $COMP_LINE =~ $pattern ]] && key=(--key "\${BASH_REMATCH[2]}")
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ -n $what && $current != -* ]] || return 0
  # A name may have spaces: within quotes it stands as it is, without them they are escaped.
  local quote= begun=$current
  if [[ $current == [\\'\\"]* ]]; then quote=\${current:0:1} begun=\${current:1}; else begun=\${current//\\\\/}; fi
  while IFS=$'\\t' read -r word _; do
    [[ $word == "$begun"* ]] || continue
    [[ -n $quote ]] || printf -v word %q "$word"
    COMPREPLY+=("$word")
  done < <(${ASK} threads "\${key[@]}" 2>/dev/null)
}
complete -o default -F _amp_session amp-session
`;
}

function zsh(): string {
  const cases = SPECS.map(([name, spec]) => {
    const threads = spec.completesThreads === true ? '; _amp_session_offer threads $key' : '';
    return `    ${name}) compadd -- ${wordsOf(spec)}${threads} ;;`;
  });
  const commands = SPECS.map(
    ([name, { summary }]) => `    '${name}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'`,
  );
  return `#compdef amp-session
_amp_session_offer() {
  local -a lines values shown
  local each
  lines=(\${(f)"$(${ASK} "$@" 2>/dev/null)"})
  for each in $lines; do
    values+=("\${each%%$'\\t'*}") shown+=("\${each/$'\\t'/  }")
  done
  compadd -l -d shown -a -- values
}
_amp_session() {
  local -a key commands=(
${commands.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  if [[ $words[CURRENT-1] == (--key|-k) ]]; then
    _amp_session_offer keys
    return
  fi
  [[ "$words" =~ '${KEY}' ]] && key=(--key $match[2])
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
  const key = `(string match -rg -- '${KEY}' (commandline -c) | string replace -r '^(--key[= ]|-k )$' -- --key)`;
  const lines = SPECS.flatMap(([name, spec]) => {
    const seen = `complete -c amp-session -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c amp-session -n __fish_use_subcommand -f -a ${name} -d ${quote(spec.summary)}`,
      ...Object.entries(spec.options).map(([option, { about, short }]) => {
        const values = option === 'key' ? ` -x -a ${quote(`(${ASK} keys 2>/dev/null)`)}` : '';
        return `${seen} -l ${option}${short === undefined ? '' : ` -s ${short}`}${values} -d ${quote(about)}`;
      }),
      ...(spec.choices === undefined ? [] : [`${seen} -f -a ${quote(spec.choices.join(' '))}`]),
      ...(spec.completesThreads === true
        ? [`${seen} -f -a ${quote(`(${ASK} threads ${key} 2>/dev/null)`)}`]
        : []),
    ];
  });
  return `# fish completion for amp-session\n${lines.join('\n')}\n`;
}

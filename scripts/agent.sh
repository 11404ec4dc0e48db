# Shared by start.sh and terminal.sh: both run the agent as `amp-session prepare` plans it.
# shellcheck disable=SC2030,SC2031 # lastpipe: processes.sh

# Without a work folder of the template's, Amp works in the home folder.
export AMP_MODULE_WORKDIR="${AMP_MODULE_WORKDIR:-$HOME}"

# Takes over what the user's profile exports, and none of its other effects: a profile may exit, exec another
# shell, change folder, set options, leave something running or wait for somebody. It has 3 s; only a list
# with its end is taken.
read_profile() {
  local profile line='' taken=()
  profile="source \"\$HOME/.bashrc\"; command -v node || source \"\$HOME/.nvm/nvm.sh\""
  # Something that the profile left running may keep the pipe open, so the reader has a limit of its own.
  (
    unset BASH_ENV ENV
    become timeout -k 1 3 bash --norc -c "{ $profile; } >/dev/null 2>&1; env -0; printf 'end\0'" \
      < /dev/null 2> /dev/null
  ) | while IFS= read -r -d '' -t 5 line && [[ $line != end ]]; do taken+=("$line"); done
  if [[ $line != end ]]; then
    echo "$HOME/.bashrc exits, or takes longer than 3 s: its exports are ignored." >&2
    return
  fi
  AMP_MODULE_PROFILE=()
  for line in "${taken[@]}"; do
    # In these scripts, too, because it says where the programs are. The rest is not for this shell.
    [[ $line != PATH=* ]] || PATH=${line#PATH=}
    # Without what is ours, this shell's or the start's, and what bash lets nobody set.
    [[ ! $line =~ ^[A-Za-z_][A-Za-z0-9_]*= ||
      $line =~ ^(PATH|HOME|PWD|OLDPWD|SHLVL|_|AMP_MODULE_[A-Z0-9_]*|AGENTAPI_[A-Z_]*)= ||
      $line =~ ^(BASHOPTS|SHELLOPTS|BASH_VERSINFO|UID|EUID|PPID)= ]] || AMP_MODULE_PROFILE+=("$line")
  done
}

# A plan: words that each end with NUL. Only one that has nothing before its first word and ends with 'end'
# is whole.
is_plan() { # the words
  (($# >= 3)) && [[ $1 == none || $1 == send || $1 == text=* ]] && [[ $2 == chat || $2 == no-chat ]] \
    && [[ ${*: -1} == end ]]
}

# What is for amp-session alone: an agent that has them could run the start's own commands.
# shellcheck disable=SC2034 # start.sh, terminal.sh
only_ours=(-u AMP_MODULE_RUNNER_PID -u AMP_MODULE_RUN)

# Amp records its thread for each terminal, so the agent gets a terminal identity of its own. Adds that to
# `environment`.
own_terminal() { # $1: terminal=…; fails for any other word of the plan
  [[ $1 == terminal=* ]] || return
  environment+=(-u TMUX -u TMUX_PANE -u ITERM_SESSION_ID -u WEZTERM_PANE -u KITTY_WINDOW_ID)
  environment+=(-u GHOSTTY_SURFACE_ID -u WT_SESSION TERM_SESSION_ID="${1#terminal=}")
}

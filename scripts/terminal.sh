# Opens Amp in this terminal, in the recorded thread. The dashboard's terminal app runs this, and so does
# `amp-session continue`. AMP_MODULE_OPTION_WORDS, the exported AMP_MODULE_… variables, as-user.sh, common.sh and agent.sh
# are prepended to this text.
# shellcheck disable=SC2030,SC2031 # lastpipe: processes.sh
# shellcheck disable=SC2154 # state, firewall: common.sh
self=$(readlink -f -- "${BASH_SOURCE[0]}")
name=$AMP_MODULE_TERMINAL

# Each of these two attaches to the session that Amp runs in, or begins one. It returns only if its program is
# missing or can't be used.

# What cleans /tmp also takes the socket of a server that runs on, with Amp in it: such a server makes it anew at SIGUSR1.
# Asking for its session has made the folder again.
bring_back_tmux() {
  local folder words i
  for folder in /proc/[0-9]*; do
    [[ -O $folder ]] || continue
    words=()
    { mapfile -d '' -t words < "$folder/cmdline"; } 2> /dev/null
    [[ ${words[0]##*/} == tmux && " ${words[*]} " == *" -L $name new-session "*" $self inside "* ]] || continue
    kill -USR1 "${folder#/proc/}" || continue
    for ((i = 0; i < 20; i++)); do
      is_open && return
      sleep 0.1
    done
  done
  return 1
}

# A server of its own that ignores all configuration files: Amp gets every key and the whole screen.
with_tmux() {
  local tmux=(tmux -u -f /dev/null -L "$name")
  is_open() { "${tmux[@]}" has-session -t "=$name" 2> /dev/null; }
  command -v tmux > /dev/null || return
  is_open || bring_back_tmux \
    || as_user "${tmux[@]}" new-session -d -s "$name" -- "$self" inside ';' set-option -g status off ';' \
      set-option -g prefix None ';' set-option -g mouse on ';' set-option -s escape-time 10 \
    || is_open || return
  become "${tmux[@]}" attach-session -t "=$name"
}

with_screen() {
  command -v screen > /dev/null || return
  # With a dot at its end: screen would attach to any session whose name begins with the one given, such as
  # another instance's.
  become screen -U -c /dev/null -e '^^^^' -S "$name." -xRR "$self" inside
}

# Keeps an error on the screen until somebody has read it: tmux clears the screen when this ends.
leave() { # $1: exit status
  (($1 == 0)) || read -r -p "Press Enter to close this terminal. "
  exit "$1"
}

run_amp() {
  local plan environment=(as_user env "${only_ours[@]}") prompt
  read_profile
  set -u
  use_amp_path
  export AMP_MODULE_RUNNER_PID=$$ AMP_MODULE_RUN=1
  mkdir -p -- "$AMP_MODULE_WORKDIR"
  cd -- "$AMP_MODULE_WORKDIR" || leave 1
  find_firewall
  wait_for_bundle 20
  amp_session prepare < /dev/null | mapfile -d '' -t plan
  [[ ${#plan[@]} == 1 && ${plan[0]} == refuse ]] && leave 1
  if ! is_plan "${plan[@]}"; then
    echo "amp-session could not prepare the start. Amp opens without persistence;" \
      "nothing recorded before was changed." >&2
    plan=(none no-chat end)
  fi
  prompt=${plan[0]}
  set -- "${plan[@]:2:${#plan[@]}-3}"
  if own_terminal "${1:-}"; then shift; fi
  set -- "${environment[@]}" "${firewall[@]}" amp "${AMP_MODULE_OPTION_WORDS[@]}" "$@"
  # Amp reads its first message from standard input, and all others from the terminal.
  if [[ $prompt == text=* ]]; then "$@" < <(printf %s "${prompt#text=}"); else "$@"; fi
  leave $?
}

[[ ${1:-} == inside ]] && run_amp
unset TMUX TMUX_PANE STY
with_tmux || with_screen
echo "Neither tmux nor screen can be used here: closing this terminal ends Amp, and its turn with it." >&2
run_amp

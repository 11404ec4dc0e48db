#!/usr/bin/env bash
# A fast `amp`. The folder CHAOS_AMP plays Amp's servers: `mood`, `deleted/`, `received/`, `minted`, `opened`;
# and `typed/`, which only the agents know.
amp=$CHAOS_AMP
mood=$(<"$amp/mood")

die_at() { # $1: number of the step, $2: its name
  [[ ${CHAOS_AMP_STEP:-} == "$1" ]] || return 0
  printf '{"at":"crash","step":"amp %s: %s","lost":0}\n' "$1" "$2" >&3
  kill -KILL -- "-$CHAOS_GROUP" 0
}

fail() { # $1: message
  printf '%s\n' "$1" >&2
  exit 1
}

remember() { # $1: thread; as Amp notes it in its home
  [[ -d ${CHAOS_LAST_THREAD%/*} ]] || mkdir -p "${CHAOS_LAST_THREAD%/*}"
  printf '"%s"' "$1" >"$CHAOS_LAST_THREAD"
  if [[ -n $CHAOS_IDENTITY && ${TERM_SESSION_ID:-} == "$CHAOS_IDENTITY" ]]; then
    # Written aside and renamed, as Amp does.
    printf '"%s"' "$1" >"$CHAOS_OWN_RECORD.new"
    mv "$CHAOS_OWN_RECORD.new" "$CHAOS_OWN_RECORD"
  fi
  mkdir -p "$CHAOS_LOGS"
  : >"$CHAOS_LOGS/$1.log"
}

uuid() {
  local id
  read -r id </proc/sys/kernel/random/uuid
  thread="T-$id"
}

open_own() { # Amp opens its own thread with the first message.
  uuid
  remember "$thread"
  echo "$thread" >>"$amp/opened"
}

escaped() { # $1: a text; prints it as JSON has it between quotes
  local text
  text=${1//\\/\\\\} text=${text//\"/\\\"} text=${text//$'\n'/\\n} text=${text//$'\t'/\\t}
  printf %s "$text"
}

take() { # $1: the thread that was given, $2: a message, as JSON
  local message="{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":$2}]}"
  printf '%s\n' "$message" >>"$amp/typed/$thread"
  # Without a thread of ours the message creates one and can't miss it.
  [[ $thread == "$1" && ${CHAOS_LASTS:-} == lost ]] || printf '%s\n' "$message" >>"$amp/received/$thread"
  die_at 5 'a message has arrived'
}

agent() { # $1: thread, empty for one of its own
  local thread=$1 moves=${CHAOS_MOVES:-no} given= first text
  [[ $mood != offline ]] || fail 'Error: Cannot reach Amp servers. Are you offline?'
  [[ -n $thread && $mood == vanishes && ! -e $amp/vanished ]] && : >"$amp/deleted/$thread" && : >"$amp/vanished"
  [[ -n $thread && -e $amp/deleted/$thread ]] && fail "Thread https://ampcode.com/threads/$thread does not exist."
  [[ -n $thread ]] && remember "$thread"
  die_at 4 'the agent is ready'
  echo '╭'
  # Its first message comes from standard input, once the thread has loaded.
  IFS= read -r -d '' first
  if [[ -n $first ]]; then
    [[ -n $thread ]] || open_own
    take "$1" "\"$(escaped "$first")\""
    echo "read $thread"
  fi
  # The others are typed; there is no terminal here.
  while read -r text <&4; do
    if [[ -z $thread ]]; then
      open_own
    elif [[ -n $given ]]; then
      # The given thread has loaded meanwhile, and the terminal is back in it.
      thread=$given given=
      remember "$thread"
    elif [[ -n $1 && $moves != no ]]; then
      # A message that is typed before the thread has loaded opens another one.
      [[ $moves == returns ]] && given=$thread
      uuid
      remember "$thread"
      echo "$thread $1" >>"$amp/moved-$moves"
      moves=no
    fi
    take "$1" "$text"
    echo "took $thread"
  done
}

case "$*" in
*' --no-tui '*|'--no-tui '*) exec amp-runner "$@" ;;
'--executor runner:'*' threads continue '*' -x')
  [[ $mood != offline && $mood != flaky ]] || fail 'Unable to connect. Is the computer able to access the url?'
  [[ ! -e $amp/deleted/$5 ]] || fail "Thread https://ampcode.com/threads/$5 does not exist."
  thread=$5
  IFS= read -r -d '' text
  take "$5" "\"$(escaped "$text")\""
  # What proves that it was taken.
  echo "https://ampcode.com/threads/$5"
  ;;
'threads new')
  [[ $mood != offline && $mood != flaky ]] || fail 'Error: Cannot reach Amp servers. Are you offline?'
  uuid
  # Printed first: the workspace can't be blamed for an ID that was lost before it was printed.
  if [[ $mood == garbled ]]; then echo "Here you are: $thread!"; else echo "$thread"; fi
  echo "$thread" >>"$amp/minted"
  die_at 1 'a thread was handed out'
  ;;
'threads archive --unarchive '*)
  [[ $mood != offline && $mood != flaky ]] || fail 'Unable to connect. Is the computer able to access the url?'
  [[ ! -e $amp/deleted/${*: -1} ]] || fail 'Error: Failed to unarchive thread: Thread not found'
  rm -f "$amp/archived/${*: -1}"
  echo '✓ Thread unarchived successfully'
  die_at 2 'a thread was checked'
  ;;
'threads export '*)
  [[ $mood != offline && $mood != flaky ]] || fail 'Unable to connect. Is the computer able to access the url?'
  [[ ! -e $amp/deleted/$3 ]] || fail "Thread https://ampcode.com/threads/$3 does not exist."
  messages=()
  [[ -e $amp/received/$3 ]] && mapfile -t messages <"$amp/received/$3"
  die_at 3 'a thread was read'
  IFS=,
  printf '{"messages":[%s]}\n' "${messages[*]}"
  ;;
'threads continue '*) agent "$3" ;;
'') agent '' ;;
*) fail "The quick amp knows no '$*'." ;;
esac

# Serializes installs: instances of the module share the same target folders.
# shellcheck disable=SC2154 # state: common.sh

# Whose numbers of processes these are: boot, container and host, as shim/system/machine.ts has them.
host=${HOSTNAME//[^a-zA-Z0-9_-]/_}
host=${host:0:64}
machine=$(readlink /proc/self/ns/pid 2> /dev/null)
machine=${machine//[^0-9]/}
boot=$(cat /proc/sys/kernel/random/boot_id 2> /dev/null)
machine="${boot:-0}.${machine:-0}.${host:-0}"

# A process, when it began, and where: numbers come back after a restart.
identity() { # $1: its number
  local stat
  { stat=$(< "/proc/$1/stat"); } 2> /dev/null || return
  read -ra stat <<< "${stat##*) }"
  echo "$1.${stat[19]}.$machine"
}

lock="$state/install.lock"
me=$(identity "$$")

# Whether the lock is abandoned. A process in another container or on another host can't be inspected: it gets
# 10 s, then both install, which costs time and nothing else.
is_abandoned() { # $1: its owner; $2: how many half seconds it was waited for
  local theirs=${1#*.*.}
  if [[ $theirs == "$machine" ]]; then
    [[ $(identity "${1%%.*}") != "$1" ]]
  else
    # An earlier boot of this host, where both are known, or long enough.
    [[ -n $boot && $theirs == *".$host" && $theirs != 0.* && $theirs != "$boot".* ]] || (($2 >= 20))
  fi
}

# Waits until nobody else installs. The lock is a link, which is made and says whose it is in one step. An
# abandoned one is removed by whoever claims to first. Where no lock can be made, or its owner takes longer
# than an installation may, this goes on without.
lock_install() {
  local owner tries none=0
  for ((tries = 0; tries < 4000 && none < 5; tries++)); do
    ln -s -- "$me" "$lock" 2> /dev/null && return
    if ! owner=$(readlink -- "$lock"); then
      ((++none))
    elif is_abandoned "$owner" "$tries"; then
      ln -s -- "$me" "$lock.$owner" 2> /dev/null && rm -f -- "$lock"
    else
      ((tries > 0)) || echo "Waiting for another instance to install…"
      sleep 0.5
    fi
  done
}

unlock_install() {
  [[ $(readlink -- "$lock") != "$me" ]] || rm -f -- "$lock".* "$lock"
}

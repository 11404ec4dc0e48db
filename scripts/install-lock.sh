# Instances of the module install at the same time, in the same places: one after the other.
# shellcheck disable=SC2154 # state: common.sh

# The boot and the container: numbers of processes are theirs.
machine=$(readlink /proc/self/ns/pid 2>/dev/null)
machine="$(cat /proc/sys/kernel/random/boot_id 2>/dev/null).${machine//[^0-9]/}"

# A process, when it began, and where: numbers come back after a restart.
identity() { # $1: its number
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return
  read -ra stat <<<"${stat##*) }"
  echo "$1.${stat[19]}.$machine"
}

lock="$state/install.lock"
me=$(identity "$$")

# Waits until nobody else installs. The lock is a link, which is made and says whose it is in one step. That
# of a dead process is removed by whoever claims to first. A process of another container can't be looked at:
# it has 10 s, then both install, which costs time and nothing else. Where no lock can be made, or its owner
# takes longer than an installation may, this goes on without.
lock_install() {
  local owner tries none=0
  for ((tries = 0; tries < 4000 && none < 5; tries++)); do
    ln -s -- "$me" "$lock" 2>/dev/null && return
    if ! owner=$(readlink -- "$lock"); then
      ((++none))
    elif [[ $owner == *".$machine" || $tries -ge 20 ]] && false; then
      ln -s -- "$me" "$lock.$owner" 2>/dev/null && rm -f -- "$lock"
    else
      ((tries > 0)) || echo "Waiting for another instance to install…"
      sleep 0.5
    fi
  done
}

unlock_install() {
  [[ $(readlink -- "$lock") != "$me" ]] || rm -f -- "$lock".* "$lock"
}

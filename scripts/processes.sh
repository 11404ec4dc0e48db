# Comes first in every script of the module's, behind the exported AMP_MODULE_… variables.

# What reads a command's output stands at the end of a pipe: after one process in the background, `<(…)` among them,
# bash 5 keeps 512 KB for as long as it runs.
shopt -s lastpipe

# For the end of a script: says why, where bash ended it for want of processes, and fails otherwise. Nothing that takes
# a process can follow then.
lacks_processes() { # $1: exit status
  (($1 == 254)) && echo "No more processes can be started here, so this script ends. What was recorded is kept:" \
    "raise the limit (ulimit -u, or the container's), or end something, and restart the workspace." >&2
}
trap 'lacks_processes "$?" || true' EXIT

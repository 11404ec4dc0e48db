# Scripts on the volume that run Amp: what the terminal app opens, and Amp's runner. The AMP_MODULE_… assignments of
# their texts and common.sh are prepended to this text.

# Prints the words that such a script puts in front of Amp, as it has them.
firewall_in() { # $1: its text
  local text=${1#*$'\nexport AMP_MODULE_FIREWALL='}
  printf %s "${text%%$'\nexport '*}"
}

# Whether an earlier start's script has the same firewall as this start's.
is_confined_alike() { # $1: file; $2: this start's text
  [[ -f $1 && $(firewall_in "$(< "$1")") == "$(firewall_in "$2")" ]] 2> /dev/null
}

# Removes one that has not, before anything that may fail or take long: a volume on which nothing can be written
# would keep it.
drop_unconfined() { # $1: file; $2: this start's text
  is_confined_alike "$1" "$2" || rm -f -- "$1"
}

# Puts such a script in place. Fails where neither that can be done nor an earlier start's will do.
put_opener() { # $1: file; $2: text
  local instead="There is none from an earlier start that has the template's firewall, so Amp is not run."
  put 700 "$1" "$2" && return
  ! is_confined_alike "$1" "$2" || instead="The one from an earlier start is used."
  echo "$1 can't be written: $(why_not_written "${1%/*}") $instead" >&2
  is_confined_alike "$1" "$2"
}

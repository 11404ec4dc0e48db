# Places a part of the bundle that place.sh has no room for. common.sh and place-part.sh are prepended to this text.
# shellcheck disable=SC2154 # bundle: place-part.sh
trap 'status=$?; lacks_processes "$status" || ((status == 0)) || give_up' EXIT

place_part

# Downloads, with the reason of a failure in words.
# shellcheck disable=SC2034 # patient and brief are for those who download

# Limits of a download without which there is no agent, and of one that it can do without. Too slow is less
# than so many bytes a second for so many seconds; AgentAPI's 14 MB at 8 KiB a second take half an hour.
patient=(--speed-limit 8192 --speed-time 30 --max-time 1800 --retry 1 --retry-delay 2 --retry-max-time 60)
brief=(--speed-limit 131072 --speed-time 10 --max-time 120)

# Whether an address may only lead to others with https. The author may have written http, which is said.
is_https() { # $1: URL
  [[ $1 != http:* ]] && return
  echo "$1 has no encryption, as the template wants it: whoever is on the way can replace what is installed." >&2
  return 1
}

# Fetches a URL into a file, and its HTTP status into `http_status`. Fails with `reason` set.
download() { # $1: URL; $2: file; the rest: options of curl
  local url=$1 file=$2 answer status protocols='=https'
  shift 2
  reason='' http_status=''
  is_https "$url" || protocols='=http,https'
  if ! command -v curl > /dev/null; then
    reason="curl is needed to download $url and was not found"
    return 1
  fi
  # Nobody else can write to what is about to be run, whatever the umask.
  put 600 "$file" "" 2> /dev/null
  answer=$(
    trap "" XFSZ
    curl -fsSL --netrc-optional --proto "$protocols" --globoff --connect-timeout 10 "$@" -w '\n%{http_code}' -o "$file" -- "$url" 2>&1
  )
  status=$?
  http_status=${answer##*$'\n'}
  case $status in
    0) ;;
    1) reason="$url leads to an address without https, which is not followed" ;;
    22) reason="$url answered with HTTP status $http_status" ;;
    23) reason="$file could not be written: $(why_not_written "${file%/*}")" ;;
    28) reason="$url did not answer in time, or is too slow (${answer%%$'\n'*})" ;;
    *) reason="$url can't be downloaded (${answer%%$'\n'*})" ;;
  esac
  if ((status == 0)) && [[ -s $file ]] && is_page "$file"; then
    reason="$url answered with a web page: is there a proxy or login page in between?"
  fi
  [[ -z $reason ]] || { rm -f -- "$file" && return 1; }
}

is_page() { # $1: file
  local begin
  IFS= read -r -d '' -n 300 begin < <(tr -d '\0' < "$1")
  [[ ${begin,,} =~ ^[[:space:]]*\<(!doctype|html|head|\?xml) ]]
}

#!/bin/sh
#===-- deps.sh - Gets the third-party sources and packages ----------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# The runtime is built from the unmodified sources of LLVM's sanitizer_common,
# which are not part of this repository. They come from the distribution's own
# source packages through a private apt configuration: no file of the system
# changes, no root is needed, apt checks the archive's signature, and the
# checksums below pin the content. What was obtained stays in a cache folder
# and is complete or absent: it is unpacked elsewhere and renamed at the end.
#
#===----------------------------------------------------------------------===//

set -eu

llvm_version=19.1.7
llvm_tarball=llvm-toolchain-19_$llvm_version.orig.tar.xz
llvm_sha256=ae498f3bc58ae2d9f64ef5f0c035c4240152bf015a5b7738b15c22e93bdc97ce
llvm_release=https://github.com/llvm/llvm-project/releases/download
llvm_archive=compiler-rt-$llvm_version.src.tar.xz
llvm_url=$llvm_release/llvmorg-$llvm_version/$llvm_archive

greatest_version=1.3.1
greatest_sha256=4ecd1c1c1b1d2cd7f0c8b0c9d87f92030b9ef7910da3a8197076b17d13076940

# Debian packages. "?" marks one that not every release has: it is skipped
# where it does not exist, and what needs it is skipped too.
build_packages='gcc g++ libc6-dev make cmake ninja-build python3 clang
  dpkg-dev xz-utils ca-certificates libjson-c-dev'
test_packages='clang-19 llvm-19 llvm-19-tools libclang-rt-14-dev?
  libclang-rt-19-dev libuv1-dev libevent-dev redis-server redis-tools
  llvm nginx-light? memcached
  clang-format-14? python3-jsonschema binutils gdb nodejs git curl libssl-dev libsqlite3-dev
  bsdextrautils man-db strace
  pkg-config libgnutls28-dev libpq-dev postgresql libmariadb-dev libhiredis-dev
  libcurl4-openssl-dev libdbus-1-dev dbus-daemon libsystemd-dev
  libreadline-dev libev-dev libglib2.0-dev libtevent-dev liburing-dev
  libasio-dev libboost-dev libgtest-dev dnsmasq-base bind9-dnsutils python3-dev'
demo_packages='libuv1-dev redis-server redis-tools curl llvm'

cache=${BSAN_CACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/bsan}
case $cache in /*) ;; *) cache=$PWD/$cache ;; esac
work=

usage() {
  cat <<END
Usage: utils/deps.sh llvm | greatest
       utils/deps.sh install build | test | demo

  llvm      prints a folder that holds compiler-rt/ of LLVM $llvm_version
  greatest  prints the folder that holds greatest.h $greatest_version
  install   installs the Debian packages that building, testing or the
            demonstration needs, with apt-get (and sudo when not root)

Sources are downloaded once and kept in
  $cache

Environment:
  BSAN_CACHE_DIR        the cache folder
                        (default: \$XDG_CACHE_HOME/bsan or ~/.cache/bsan)
  LLVM_SOURCE_DIR       use the LLVM 19 sources in this folder
  LLVM_SOURCE_SHA256    allow the upstream release archive, which has to have
                        this checksum
  LLVM_SOURCE_URL       where that archive is (default:
                        $llvm_url)
  GREATEST_INCLUDE_DIR  use greatest.h in this folder
END
}

say() { printf 'deps.sh: %s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# has_sha256 FILE SUM
has_sha256() { printf '%s  %s\n' "$2" "$1" | sha256sum -c --status -; }

# Makes $work, a folder of this call inside the cache (a rename must not cross
# file systems). Calls wait for each other, so that a second one finds what the
# first one downloaded; leftovers of killed calls are cleared under the lock.
begin_work() {
  mkdir -p "$cache" || die "cannot write to the cache folder $cache:" \
    "set BSAN_CACHE_DIR to a folder that can be written"
  if have flock; then
    exec 9>"$cache/lock"
    flock -n 9 || {
      say "waiting for another deps.sh that uses $cache"
      flock 9
    }
    rm -rf "$cache"/work.*
  fi
  work=$(mktemp -d "$cache/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# publish FOLDER NAME: FOLDER of $work becomes NAME of the cache. When another
# call was faster, its copy stays.
publish() {
  chmod -R u+w,go+rX "$1"
  mv -T "$1" "$cache/$2" 2>/dev/null || [ -d "$cache/$2" ] ||
    die "cannot rename $1 to $cache/$2"
}

#===-- Source packages of the distribution --------------------------------===//

# The machine's own archives as deb-src, in both of apt's formats. Only those of
# the distribution: others seldom have sources and would only fail.
is_distribution_uri='
function is_distribution(uri) {
  if (uri ~ /ppa\.launchpad|download\.docker\.com/) return 0
  return uri ~ /\/(debian|debian-security|ubuntu|ubuntu-ports)(\/|$)/ ||
         uri ~ /^mirror.*(debian|ubuntu)[^\/]*$/
}'

# Prints deb822 stanzas as deb-src stanzas. All other fields stay: Signed-By may
# hold a whole key over many lines.
deb822_to_source() {
  awk "$is_distribution_uri"'
    function flush(   i, n, uri, uris) {
      n = split(value["uris"], uri, /[ \t\n]+/)
      for (i = 1; i <= n; i++)
        if (is_distribution(uri[i])) uris = uris " " uri[i]
      if (uris != "" && (" " value["types"] " ") ~ /[ \t\n]deb(-src)?[ \t\n]/ &&
          tolower(value["enabled"]) !~ /^[ \t]*(no|false|off|0|disable)/)
        printf "Types: deb-src\nURIs:%s\n%s\n", uris, rest
      split("", value); rest = name = ""
    }
    { sub(/\r$/, "") }
    /^[ \t]*$/ { flush(); next }
    /^#/ { next }
    /^[^ \t]/ { name = tolower($0); sub(/[ \t]*:.*/, "", name)
                field = $0; sub(/^[^:]*:/, "", field); value[name] = field }
    /^[ \t]/ { value[name] = value[name] "\n" $0 }
    name !~ /^(types|uris|enabled|architectures)$/ { rest = rest $0 "\n" }
    END { flush() }' "$@"
}

# Prints one-line entries (`deb [options] uri suite component`) as deb-src ones.
list_to_source() {
  awk "$is_distribution_uri"'
    /^[ \t]*deb(-src)?[ \t]/ {
      sub(/#.*/, ""); sub(/^[ \t]*deb(-src)?[ \t]+/, ""); options = ""
      if (match($0, /^\[[^]]*\][ \t]*/)) {
        options = substr($0, 1, RLENGTH); $0 = substr($0, RLENGTH + 1)
      }
      if (is_distribution($1)) print "deb-src " options $0
    }' "$@"
}

# Fills $work/apt with a private apt configuration. The hooks of the system's
# (they clean or announce the system's own lists) are not for this one.
make_private_apt() {
  mkdir -p "$work/apt/sources" "$work/apt/lists/partial" \
    "$work/apt/cache/archives/partial"
  parts='' list='' # set by apt-config, which knows where the system keeps them
  eval "$(apt-config shell list Dir::Etc::sourcelist/f \
    parts Dir::Etc::sourceparts/d)"
  for file in "${parts%/}"/*.sources; do
    [ ! -r "$file" ] || deb822_to_source "$file"
  done >"$work/apt/sources/deb822.sources"
  for file in "$list" "${parts%/}"/*.list; do
    [ ! -r "$file" ] || list_to_source "$file"
  done >"$work/apt/sources/lines.list"
  cat >"$work/apt/apt.conf" <<END
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/apt/sources";
Dir::State::lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
Acquire::Languages "none";
END
  # apt as root fetches as user _apt, who cannot enter a private home folder.
  [ "$(id -u)" -ne 0 ] ||
    echo 'APT::Sandbox::User "root";' >>"$work/apt/apt.conf"
}

# fetch_source_package NAME [UPSTREAM_VERSION]: downloads its files to
# $work/download. Returns 1, and says why, when it cannot be had.
fetch_source_package() {
  if ! have apt-get; then
    say "no apt-get here: cannot use the source package $1"
    return 1
  fi
  make_private_apt
  if [ ! -s "$work/apt/sources/deb822.sources" ] &&
    [ ! -s "$work/apt/sources/lines.list" ]; then
    say "no Debian or Ubuntu archive among the apt sources of this machine"
    return 1
  fi
  say "reading the list of source packages"
  # An archive that fails need not be the one that has the package.
  apt-get -c "$work/apt/apt.conf" -q update >&2 || :
  version=$(apt-cache -c "$work/apt/apt.conf" --only-source showsrc "$1" \
    2>/dev/null | awk -v want="${2-}" '$1 == "Version:" {
      upstream = $2; sub(/^[0-9]+:/, "", upstream); sub(/-[^-]*$/, "", upstream)
      if (want == "" || upstream == want) found = $2
    } END { print found }') || version=
  if [ -z "$version" ]; then
    say "no source package $1${2:+ $2}: the apt archives of this machine do" \
      "not have it or could not be read"
    return 1
  fi
  say "downloading the source package $1 $version"
  mkdir -p "$work/download"
  (cd "$work/download" && apt-get -c "$work/apt/apt.conf" -q --only-source \
    --download-only source "$1=$version") >&2 || {
    say "apt-get could not download the source package $1"
    return 1
  }
}

#===-- LLVM ---------------------------------------------------------------===//

# The folder the user named, if it is what it should be.
check_llvm_folder() {
  [ -d "$1/compiler-rt/lib/sanitizer_common" ] ||
    die "LLVM_SOURCE_DIR=$1 has no compiler-rt/lib/sanitizer_common:" \
      "expected the top folder of the LLVM 19 sources"
  version_file=$1/cmake/Modules/LLVMVersion.cmake
  if [ -r "$version_file" ]; then
    major=$(sed -n 's/.*(LLVM_VERSION_MAJOR  *\([0-9]*\)).*/\1/p' \
      "$version_file")
    [ "$major" = 19 ] ||
      die "LLVM_SOURCE_DIR=$1 is LLVM ${major:-of an unknown version}:" \
        "expected LLVM 19"
  fi
  (cd "$1" && pwd)
}

llvm_from_package() {
  fetch_source_package llvm-toolchain-19 "$llvm_version" || return 1
  tarball=$work/download/$llvm_tarball
  has_sha256 "$tarball" "$llvm_sha256" ||
    die "$llvm_tarball does not have the SHA-256 $llvm_sha256"
  say "unpacking compiler-rt (a quarter of a minute)"
  top=llvm-toolchain-19_$llvm_version
  mkdir "$work/llvm"
  tar -xJf "$tarball" -C "$work/llvm" --strip-components=1 --no-same-owner \
    "$top/compiler-rt" "$top/cmake/Modules/LLVMVersion.cmake" \
    "$top/LICENSE.TXT" || die "cannot unpack $llvm_tarball in $cache"
}

# The release archive is used only with a checksum from the user: this project
# has no checksum of it from a source it could vouch for.
llvm_from_release() {
  [ -n "${LLVM_SOURCE_SHA256:-}" ] || return 1
  url=${LLVM_SOURCE_URL:-$llvm_url}
  archive=$work/compiler-rt.tar.xz
  say "downloading $url"
  if have curl; then
    curl -fL --retry 3 -o "$archive" "$url" >&2 || return 1
  elif have wget; then
    wget -O "$archive" "$url" >&2 || return 1
  else
    say "neither curl nor wget is here"
    return 1
  fi
  has_sha256 "$archive" "$LLVM_SOURCE_SHA256" ||
    die "$url does not have the SHA-256 $LLVM_SOURCE_SHA256"
  mkdir -p "$work/llvm/compiler-rt"
  tar -xJf "$archive" -C "$work/llvm/compiler-rt" --strip-components=1 \
    --no-same-owner || die "cannot unpack $url in $cache"
  [ -d "$work/llvm/compiler-rt/lib/sanitizer_common" ] ||
    die "$url has no lib/sanitizer_common:" \
      "expected an archive like $llvm_archive"
}

get_llvm() {
  if [ -n "${LLVM_SOURCE_DIR:-}" ]; then
    check_llvm_folder "$LLVM_SOURCE_DIR"
    return
  fi
  folder=$cache/llvm-$llvm_version
  if [ ! -d "$folder" ]; then
    begin_work
    if [ ! -d "$folder" ]; then # still: another call may have got it
      llvm_from_package || llvm_from_release ||
        die "no LLVM $llvm_version sources.
Three ways to get them:
  1. On Debian or Ubuntu with network access, the source package
     llvm-toolchain-19 in version $llvm_version (Debian 12 and later have it).
  2. The release archive, with the checksum of a source you trust:
     LLVM_SOURCE_SHA256=... utils/deps.sh llvm
     ($llvm_url)
  3. By hand: unpack that archive, call its folder FOLDER/compiler-rt, and set
     LLVM_SOURCE_DIR=FOLDER."
      publish "$work/llvm" "llvm-$llvm_version"
    fi
  fi
  printf '%s\n' "$folder"
}

#===-- greatest, the unit tests' framework --------------------------------===//

get_greatest() {
  if [ -n "${GREATEST_INCLUDE_DIR:-}" ]; then
    [ -r "$GREATEST_INCLUDE_DIR/greatest.h" ] ||
      die "GREATEST_INCLUDE_DIR=$GREATEST_INCLUDE_DIR has no greatest.h"
    (cd "$GREATEST_INCLUDE_DIR" && pwd)
    return
  fi
  folder=$cache/greatest-$greatest_version
  if [ ! -d "$folder" ]; then
    begin_work
    if [ ! -d "$folder" ]; then # still: another call may have got it
      fetch_source_package fzy || die "no greatest.h.
Three ways to get it:
  1. On Debian or Ubuntu with network access, the source package fzy, which
     carries it.
  2. Another system's copy of that package's deps/greatest/greatest.h.
  3. Version $greatest_version of https://github.com/silentbicycle/greatest
For 2 and 3 set GREATEST_INCLUDE_DIR to the folder that holds greatest.h."
      mkdir "$work/greatest"
      tar -xf "$work"/download/fzy_*.orig.tar.?z -C "$work/greatest" \
        --strip-components=3 --no-same-owner --wildcards \
        '*/deps/greatest/greatest.h' || die "cannot unpack fzy in $cache"
      has_sha256 "$work/greatest/greatest.h" "$greatest_sha256" ||
        die "greatest.h of the package fzy is not version $greatest_version:" \
          "set GREATEST_INCLUDE_DIR to a folder with that version"
      publish "$work/greatest" "greatest-$greatest_version"
    fi
  fi
  printf '%s\n' "$folder"
}

#===-- Packages -----------------------------------------------------------===//

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "neither root nor sudo: run as root: $*"
  fi
}

# missing_packages NAME...: prints those that are not installed.
missing_packages() {
  for name; do
    is_installed "${name%\?}" || printf '%s\n' "$name"
  done
}

install_packages() {
  have apt-get || die "no apt-get here; the Debian names of what is needed: $*"
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  as_root apt-get -q update >&2 || say "the package lists may be out of date"
  wanted=
  for name in $missing; do
    plain=${name%\?}
    if [ "$name" = "$plain" ] || apt-cache show "$plain" >/dev/null 2>&1; then
      wanted="$wanted $plain"
    else
      say "this release has no $plain: skipped"
    fi
  done
  [ -n "$wanted" ] || return 0
  # shellcheck disable=SC2086  # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
    --no-install-recommends $wanted >&2 ||
    die "apt-get could not install:$wanted"
}

# shellcheck disable=SC2086  # the lists are words
case "$*" in
-h | --help | help) usage ;;
llvm) get_llvm ;;
greatest) get_greatest ;;
"install build") install_packages $build_packages ;;
"install test") install_packages $test_packages ;;
"install demo") install_packages $demo_packages ;;
*)
  say "expected one of: llvm, greatest, install build|test|demo, --help"
  exit 2
  ;;
esac

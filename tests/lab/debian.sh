#!/usr/bin/env bash
# Runs a command in the repository on another release of Debian or Ubuntu: a chroot below build/,
# with a build folder of its own. Knows nothing of what the command needs.
. "$(dirname "$0")/lib/environment.sh"

CHROOTS=$BUILD/debian
MIRROR=http://deb.debian.org/debian
UBUNTU_MIRROR=http://archive.ubuntu.com/ubuntu
REPOSITORY=/repository # in the chroot

usage() {
    cat <<'TEXT'
usage: debian.sh [--user] RELEASE CMD [ARGUMENT...]
  runs CMD in the repository on RELEASE (bookworm, trixie, testing, noble ...), which is made with
  debootstrap in build/debian/RELEASE if it is not there; needs root
  --user   runs CMD as an ordinary user, with that user's own build folder
TEXT
}

# The machine's own mirror, if it knows one of that origin.
mirror_of() { # ORIGIN DEFAULT
    local uri
    # shellcheck disable=SC2016 # the name is apt's, not ours
    uri=$(apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Origin: $1" |
        grep -v -- '-security' | head -n 1) || true
    printf '%s' "${uri:-$2}"
}

release_origin() { # RELEASE
    local script=/usr/share/debootstrap/scripts/$1
    [ -e "$script" ] || die "debootstrap does not know the release $1"
    if [ "$(readlink -f "$script")" = /usr/share/debootstrap/scripts/gutsy ]; then
        echo Ubuntu
    else
        echo Debian
    fi
}

write_sources() { # ROOT RELEASE MIRROR COMPONENTS
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\n' "$3" "$2" "${4//,/ }" \
        >"$1/etc/apt/sources.list.d/release.sources"
    rm -f "$1/etc/apt/sources.list"
    # A proxy, if the machine has one.
    apt-config dump | grep -E '^Acquire::(http|https|Check)[^ ]* "[^"]+' \
        >"$1/etc/apt/apt.conf.d/90machine" || true
}

make_chroot() { # RELEASE
    local origin mirror components=main work=$CHROOTS/$1.tmp
    origin=$(release_origin "$1")
    mirror=$(mirror_of Debian "$MIRROR")
    if [ "$origin" = Ubuntu ]; then
        mirror=$(mirror_of Ubuntu "$UBUNTU_MIRROR")
        components=main,universe
    fi
    rm -rf --one-file-system "$work"
    debootstrap --force-check-gpg --variant=minbase "--components=$components" "$1" "$work" "$mirror"
    write_sources "$work" "$1" "$mirror" "$components"
    chroot "$work" useradd --create-home tester
    mkdir -p "$work$REPOSITORY" "$work/shared/data" "$work/var/build/root" "$work/var/build/tester"
    chroot "$work" chown tester: /var/build/tester
    mv "$work" "$CHROOTS/$1"
}

# In namespaces of their own: mounts and processes end with the first of them, whatever ended it, and
# nothing outside ever sees the mounts.
isolated() { # CMD...
    unshare --mount --propagation private --pid --fork --kill-child "$@"
}

enter_chroot() { # USER RELEASE CMD...
    local user=$1 root=$CHROOTS/$2
    shift 2
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t tmpfs tmpfs "$root/tmp"
    mount --bind "$ROOT" "$root$REPOSITORY"
    mount --bind "$root/var/build/$user" "$root$REPOSITORY/build"
    if [ -n "$NTDSBCLI_TEST_DATA" ]; then
        mount --bind -o ro "$NTDSBCLI_TEST_DATA" "$root/shared/data"
    fi
    cp --remove-destination /etc/resolv.conf /etc/hosts "$root/etc/"
    # The first process of a namespace gets no signal that it has no trap for.
    # shellcheck disable=SC2016 # expanded inside
    exec env -i TERM="${TERM:-dumb}" LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        chroot "$root" setpriv --reuid "$user" --regid "$user" --init-groups \
        bash -c 'trap "exit 130" INT TERM; cd "$1" && export HOME=~ && "${@:2}"' - "$REPOSITORY" "$@"
}

main() {
    local user=root
    case ${1-} in
    --make | --enter) # in the namespaces
        "${1#--}_chroot" "${@:2}"
        return
        ;;
    -h | --help) usage && exit 0 ;;
    --user)
        user=tester
        shift
        ;;
    esac
    [ $# -ge 2 ] || usage_error "a release and a command are wanted"
    [[ $1 =~ ^[a-z]+$ ]] || usage_error "not a release: $1"
    [ "$(id -u)" -eq 0 ] || die "needs root: it makes a chroot and mounts"
    [ -n "$(type -P debootstrap)" ] || die "debootstrap is missing: apt-get install debootstrap"
    mkdir -p "$CHROOTS"
    exec 9>"$CHROOTS/.lock"
    flock 9
    if [ ! -e "$CHROOTS/$1" ]; then
        run_step "$CHROOTS/$1.log" "making a chroot of $1 (some minutes, once)" \
            isolated "$0" --make "$1"
    fi
    flock -u 9
    # Processes do not see those of another such namespace: lab.sh sweep would take what they use.
    exec 9>"$CHROOTS/.lock-$1-$user"
    flock -n 9 || {
        echo "debian.sh: waiting for another command on $1 to end" >&2
        flock 9
    }
    isolated "$0" --enter "$user" "$@"
}

main "$@"

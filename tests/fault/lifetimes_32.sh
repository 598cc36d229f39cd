#!/usr/bin/env bash
# Many contexts in one 32-bit process, one after the other, at once and while threads race to end
# them; the library freed too early; hosts that leave, crash or stop; the broker's end in the middle
# of each call. Nothing grows, nothing is left, nothing hangs.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/restore.sh
. "$ROOT/tests/integration/lib/restore.sh"
# shellcheck source-path=SCRIPTDIR source=lib/fault.sh
. "$ROOT/tests/fault/lib/fault.sh"
# shellcheck source-path=SCRIPTDIR source=lib/deaths.sh
. "$ROOT/tests/fault/lib/deaths.sh"
# shellcheck source-path=SCRIPTDIR source=lib/lifetimes.sh
. "$ROOT/tests/fault/lib/lifetimes.sh"

prefix=$(test_prefix dc)
make_lab --generate
folder=$(program_folder programs32 32)
driver_folder=$(program_folder programs64 64)
many_contexts 32
online_lifetimes 32
offline_lifetimes 32

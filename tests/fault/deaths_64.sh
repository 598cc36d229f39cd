#!/usr/bin/env bash
# The 64-bit host of a backup or its broker dies, at each stage and at random moments: within 5 s no
# broker and no shadow copy, AbortBackup was called, the next backup works.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"
# shellcheck source-path=SCRIPTDIR source=lib/fault.sh
. "$ROOT/tests/fault/lib/fault.sh"
# shellcheck source-path=SCRIPTDIR source=lib/deaths.sh
. "$ROOT/tests/fault/lib/deaths.sh"

prefix=$(test_prefix dc)
make_lab --generate
folder=$(program_folder programs64 64)
driver_folder=$folder
terminated_hosts 64
killed_hosts 64

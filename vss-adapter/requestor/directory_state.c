/*
 * directory_state.c - whether a directory runs, for programs that have to know before they begin.
 *
 * Must not know VSS.
 */
#include <ntdsvss.h>

#include "common/registration.h"
#include "target.h"

HRESULT ntdsvss_directory_state(const struct ntdsvss_directory *directory,
                                enum ntdsvss_state *state)
{
    static const enum ntdsvss_state states[] = {
        [DIRECTORY_ABSENT] = NTDSVSS_STATE_ABSENT,
        [DIRECTORY_ONLINE] = NTDSVSS_STATE_ONLINE,
        [DIRECTORY_OFFLINE] = NTDSVSS_STATE_OFFLINE,
        [DIRECTORY_BETWEEN] = NTDSVSS_STATE_BETWEEN,
    };
    struct target target;
    HRESULT hr = target_init(&target, directory);

    if (SUCCEEDED(hr))
        *state = states[registration_state(target.service)];
    return hr;
}

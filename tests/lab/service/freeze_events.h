/*
 * Freeze and thaw: the events between the directory service and the volume shadow copy service.
 *
 * With base name B: Global\B.Freeze (auto-reset) asks for it, Global\B.Frozen (manual-reset) says
 * that nothing is written any more, Global\B.Thaw (auto-reset) ends it.
 */
#ifndef NTDSBCLI_LAB_FREEZE_H
#define NTDSBCLI_LAB_FREEZE_H

#include <windows.h>

/* A requestor that died must not stop the directory for ever. */
#define FREEZE_LIMIT_MS 60000

struct freeze
{
    HANDLE asked;  /* Freeze; wait on it together with whatever else ends a wait */
    HANDLE frozen; /* Frozen */
    HANDLE thaw;   /* Thaw */
};

/* Creates the three events. On failure *freeze needs no fini. */
HRESULT freeze_init(struct freeze *freeze, const wchar_t *base_name);
void freeze_fini(struct freeze *freeze);

/*
 * Says Frozen and waits until thawed, `stop` is signalled or FREEZE_LIMIT_MS are over; Frozen is
 * reset when it returns. The caller writes nothing meanwhile.
 */
HRESULT freeze_hold(struct freeze *freeze, HANDLE stop);

#endif

/*
 * shadow_expose.h - makes shadows visible: as a drive letter, in an empty folder, or as a share of
 * this machine.
 */
#ifndef NTDSBCLI_EMBEDDED_SHADOW_EXPOSE_H
#define NTDSBCLI_EMBEDDED_SHADOW_EXPOSE_H

#include "shadow.h"

/*
 * Exposes at where: "X:" (or "X:\"), the path of an empty folder, or NULL for the last free letter.
 * Fills shadow->exposed and attributes; the caller saves them (shadow_update).
 *
 * E_INVALIDARG: no such letter or folder, or the folder is not empty or its path too long;
 * VSS_E_OBJECT_ALREADY_EXISTS: the letter is taken, or the shadow is exposed already.
 */
HRESULT shadow_expose_locally(struct shadow *shadow, const wchar_t *where);

/*
 * Exposes the shadow's folder path (NULL: its root) as the share name (NULL: a free one). Errors as
 * above.
 */
HRESULT shadow_expose_as_share(struct shadow *shadow, const wchar_t *name, const wchar_t *path);

/* Unexposes it and clears shadow->exposed. VSS_E_OBJECT_NOT_FOUND: it is not exposed. */
HRESULT shadow_unexpose(struct shadow *shadow);

#endif

/*
 * shadow_expose.h - makes shadows visible: as a drive letter, or in an empty folder.
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

/* Unexposes it and clears shadow->exposed. VSS_E_OBJECT_NOT_FOUND: it is not exposed. */
HRESULT shadow_unexpose(struct shadow *shadow);

#endif

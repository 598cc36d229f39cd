/*
 * enum_object.h - IVssEnumObject: the result of IVssBackupComponents::Query.
 */
#ifndef NTDSBCLI_EMBEDDED_ENUM_OBJECT_H
#define NTDSBCLI_EMBEDDED_ENUM_OBJECT_H

#include "embedded/shadows/shadow.h"

/* Over a list of shadows; takes ownership of the array, which is from malloc. */
HRESULT enum_object_create_shadows(struct shadow *shadows, size_t count, IVssEnumObject **out);

/* Over the one provider that exists. */
HRESULT enum_object_create_provider(IVssEnumObject **out);

#endif

/*
 * component.h - COM objects over the components of one writer in a backup components document.
 */
#ifndef NTDSBCLI_EMBEDDED_COMPONENT_H
#define NTDSBCLI_EMBEDDED_COMPONENT_H

#include "embedded/document/document.h"

#include <windows.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

/* A copy of a writer's components, read by several objects. Never changes after its creation. */
struct components_copy
{
    LONG refs;
    struct doc_writer_components writer;
};

/* New object over a copy of the writer's components as they are now. */
HRESULT writer_components_create(const struct doc_writer_components *writer,
                                 IVssWriterComponentsExt **out);

/* New IVssComponent (to Ex2) over one component of the copy; takes a reference. */
HRESULT component_create(struct components_copy *copy, const struct doc_component *component,
                         IVssComponent **out);

void components_copy_release(struct components_copy *copy);

#endif

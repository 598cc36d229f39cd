/*
 * metadata.h - COM objects over a writer metadata document: IVssExamineWriterMetadata (to Ex2) and
 * the objects that it returns.
 */
#ifndef NTDSBCLI_EMBEDDED_METADATA_H
#define NTDSBCLI_EMBEDDED_METADATA_H

#include "embedded/document/document.h"

#include <windows.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

/* A document that several objects read. Never changes after its creation. Any thread. */
struct metadata_holder
{
    LONG refs;
    struct doc_writer document;
};

/* Takes over the document's contents: *document is all zero afterwards. */
HRESULT metadata_holder_create(struct doc_writer *document, struct metadata_holder **holder);
void metadata_holder_addref(struct metadata_holder *holder);
/* NULL is ignored. */
void metadata_holder_release(struct metadata_holder *holder);

/* New object over the document; takes a reference of its own. */
HRESULT metadata_create(struct metadata_holder *holder, IVssExamineWriterMetadataEx2 **out);

/* New object over a document in text form. E_INVALIDARG: NULL; VSS_E_INVALID_XML_DOCUMENT. */
HRESULT metadata_create_from_xml(const wchar_t *xml, IVssExamineWriterMetadataEx2 **out);

/* A new object over the component of the holder's document. */
HRESULT wm_component_create(struct metadata_holder *holder,
                            const struct doc_wm_component *component, IVssWMComponent **out);

/* File index of a list. E_INVALIDARG: out is NULL; VSS_E_OBJECT_NOT_FOUND, with *out NULL. */
HRESULT wm_filedesc_at(struct metadata_holder *holder, const struct doc_files *files, UINT index,
                       IVssWMFiledesc **out);

/* The same over a copy of the entry, for a list that has no holder. */
HRESULT wm_filedesc_of_copy(const struct doc_files *files, UINT index, IVssWMFiledesc **out);

#endif

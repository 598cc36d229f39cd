/*
 * A document as MSXML has it.
 */
#ifndef NTDSBCLI_EMBEDDED_DOM_H
#define NTDSBCLI_EMBEDDED_DOM_H

#include <windows.h>
#include <msxml.h>
#include <ole2.h>

/* New document object over the text. COM must be entered on this thread. REGDB_E_CLASSNOTREG where
 * there is no MSXML; VSS_E_INVALID_XML_DOCUMENT when it does not take the text. */
HRESULT dom_load(BSTR xml, IXMLDOMDocument **document);

#endif

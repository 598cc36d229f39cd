/*
 * dom.h - hands a document to MSXML.
 */
#ifndef NTDSBCLI_EMBEDDED_DOM_H
#define NTDSBCLI_EMBEDDED_DOM_H

#include <windows.h>
#include <msxml.h>
#include <ole2.h>

/*
 * New document object over the text. COM must be entered on this thread. REGDB_E_CLASSNOTREG if
 * there is no MSXML; VSS_E_INVALID_XML_DOCUMENT if it does not take the text.
 */
HRESULT dom_load(BSTR xml, IXMLDOMDocument **document);

#endif

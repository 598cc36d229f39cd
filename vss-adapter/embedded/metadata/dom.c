/*
 * dom.c - creates MSXML's document object.
 */
#include "dom.h"

#include <vss.h>

HRESULT dom_load(BSTR xml, IXMLDOMDocument **document)
{
    /* Version 3 is in every Windows, and in Wine. */
    static const GUID class_id = {
        0xf5078f32, 0xc551, 0x11d3, {0x89, 0xb9, 0x00, 0x00, 0xf8, 0x1f, 0xe2, 0x21}};
    IXMLDOMDocument *dom = NULL;
    VARIANT_BOOL loaded = VARIANT_FALSE;
    HRESULT hr = CoCreateInstance(&class_id, NULL, CLSCTX_INPROC_SERVER, &IID_IXMLDOMDocument,
                                  (void **)&dom);

    if (FAILED(hr))
        return hr;
    IXMLDOMDocument_put_async(dom, VARIANT_FALSE);
    /* The namespace names a schema that only Windows' vssapi.dll has. */
    IXMLDOMDocument_put_validateOnParse(dom, VARIANT_FALSE);
    IXMLDOMDocument_put_resolveExternals(dom, VARIANT_FALSE);
    hr = IXMLDOMDocument_loadXML(dom, xml, &loaded);
    if (SUCCEEDED(hr) && loaded == VARIANT_TRUE) {
        *document = dom;
        return S_OK;
    }
    IXMLDOMDocument_Release(dom);
    return FAILED(hr) ? hr : VSS_E_INVALID_XML_DOCUMENT;
}

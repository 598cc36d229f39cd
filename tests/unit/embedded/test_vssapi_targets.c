/*
 * test_vssapi_targets.c - what a requestor sets for a restore, and how writers would read it;
 * documents in MSXML.
 */
#include "vssapi_requestor.h"

#include <msxml.h>
#include <stdbool.h>
#include <string.h>

static IVssBackupComponents *begin_restore(void)
{
    BSTR xml = requestor_saved_document();
    IVssBackupComponents *vss = requestor_begin_restore(xml);

    SysFreeString(xml);
    return vss;
}

static void assert_moved(IVssWMFiledesc *file, const wchar_t *filespec, const wchar_t *destination)
{
    BSTR text = NULL;
    boolean recursive = 0xcc;

    assert_hr(IVssWMFiledesc_GetPath(file, &text), S_OK);
    assert_bstr(text, TEST_FOLDER);
    assert_hr(IVssWMFiledesc_GetFilespec(file, &text), S_OK);
    assert_bstr(text, filespec);
    assert_hr(IVssWMFiledesc_GetAlternateLocation(file, &text), S_OK);
    assert_bstr(text, destination);
    assert_hr(IVssWMFiledesc_GetRecursive(file, &recursive), S_OK);
    assert_int_equal(recursive, 0);
    assert_int_equal(IVssWMFiledesc_Release(file), 0);
}

static HRESULT new_target(IVssBackupComponents *vss, const wchar_t *filespec, boolean recursive,
                          const wchar_t *destination)
{
    return vss->lpVtbl->AddNewTarget(vss, NTDS_COMPONENT, TEST_FOLDER, filespec, recursive,
                                     destination);
}

static HRESULT mapping(IVssBackupComponents *vss, const wchar_t *destination)
{
    return vss->lpVtbl->AddAlternativeLocationMapping(vss, NTDS_COMPONENT, TEST_FOLDER, L"edb*.log",
                                                      FALSE, destination);
}

static void targets__added__are_in_the_document(void **state)
{
    IVssBackupComponents *vss = begin_restore();
    IVssWMFiledesc *file = NULL;
    UINT count = 0xdead;
    GUID instance = {0};
    IVssComponentEx2 *component;

    (void)state;
    assert_hr(new_target(vss, L"ntds.dit", FALSE, L"D:\\restored"), S_OK);
    /* The writer has no such files: another name, another recursion. */
    assert_hr(new_target(vss, L"other.dit", FALSE, L"D:\\restored"), VSS_E_OBJECT_NOT_FOUND);
    assert_hr(new_target(vss, L"ntds.dit", TRUE, L"D:\\restored"), VSS_E_OBJECT_NOT_FOUND);
    assert_hr(new_target(vss, L"ntds.dit", FALSE, NULL), E_INVALIDARG);
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(new_target(vss, L"ntds.dit", FALSE, L"E:\\"), VSS_E_BAD_STATE);
    /* A mapping tells where the files were restored to. */
    assert_hr(mapping(vss, L"D:\\logs"), S_OK);

    component = requestor_component(vss, &instance);
    assert_hr(IVssComponentEx2_GetNewTargetCount(component, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(IVssComponentEx2_GetNewTarget(component, 0, &file), S_OK);
    assert_moved(file, L"ntds.dit", L"D:\\restored");
    assert_hr(IVssComponentEx2_GetNewTarget(component, 1, &file), VSS_E_OBJECT_NOT_FOUND);
    assert_null(file);
    assert_hr(IVssComponentEx2_GetAlternateLocationMappingCount(component, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(IVssComponentEx2_GetAlternateLocationMapping(component, 0, &file), S_OK);
    assert_moved(file, L"edb*.log", L"D:\\logs");
    IVssComponentEx2_Release(component);

    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(mapping(vss, L"D:\\logs"), VSS_E_BAD_STATE);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

/* No program was seen to call them; what they would set counts as not set. */
static void methods__that_no_program_calls__are_refused(void **state)
{
    IVssBackupComponents *vss = begin_restore();
    IVssBackupComponentsEx2 *ex2 = requestor_as(vss, &IID_IVssBackupComponentsEx2);
    VSS_ROLLFORWARD_TYPE roll = VSS_RF_ALL;
    BSTR path = NULL;
    BSTR name = NULL;
    boolean flag = 0xcc;
    UINT count = 0xdead;
    GUID instance = {0};
    IVssComponentEx2 *component;

    (void)state;
    assert_hr(vss->lpVtbl->AddRestoreSubcomponent(vss, NTDS_COMPONENT, L"a", L"b", FALSE),
              E_NOTIMPL);
    assert_hr(ex2->lpVtbl->SetAuthoritativeRestore(ex2, NTDS_COMPONENT, TRUE), E_NOTIMPL);
    assert_hr(ex2->lpVtbl->SetRollForward(ex2, NTDS_COMPONENT, VSS_RF_ALL, NULL), E_NOTIMPL);
    assert_hr(ex2->lpVtbl->SetRestoreName(ex2, NTDS_COMPONENT, L"copy"), E_NOTIMPL);
    component = requestor_component(vss, &instance);
    assert_hr(IVssComponentEx2_GetRestoreSubcomponentCount(component, &count), S_OK);
    assert_int_equal(count, 0);
    assert_hr(IVssComponentEx2_GetRestoreSubcomponent(component, 0, &path, &name, &flag),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(IVssComponentEx2_GetAuthoritativeRestore(component, &flag), S_OK);
    assert_int_equal(flag, 0);
    assert_hr(IVssComponentEx2_GetRollForward(component, &roll, &path), S_OK);
    assert_int_equal(roll, VSS_RF_UNDEFINED);
    assert_hr(IVssComponentEx2_GetRestoreName(component, &name), S_FALSE);
    assert_null(path);
    assert_null(name);
    IVssComponentEx2_Release(component);
    IVssBackupComponents_Release(vss);
}

static void options__of_a_restore__are_in_the_document(void **state)
{
    IVssBackupComponents *vss = begin_restore();
    BSTR text = NULL;
    boolean flag = 0xcc;
    GUID instance = {0};
    IVssComponentEx2 *component;

    (void)state;
    assert_hr(IVssBackupComponents_SetRestoreState(vss, VSS_RTYPE_BY_COPY), S_OK);
    assert_hr(vss->lpVtbl->SetRestoreOptions(vss, NTDS_COMPONENT, L"\"quick\""), S_OK);
    assert_hr(vss->lpVtbl->SetAdditionalRestores(vss, NTDS_COMPONENT, TRUE), S_OK);
    assert_hr(vss->lpVtbl->SetRangesFilePath(vss, NTDS_COMPONENT, 0, L"D:\\ranges"),
              VSS_E_OBJECT_NOT_FOUND);
    component = requestor_component(vss, &instance);
    assert_hr(IVssComponentEx2_GetRestoreOptions(component, &text), S_OK);
    assert_bstr(text, L"\"quick\"");
    assert_hr(IVssComponentEx2_GetAdditionalRestores(component, &flag), S_OK);
    assert_int_equal(flag, 1);
    IVssComponentEx2_Release(component);
    IVssBackupComponents_Release(vss);
}

/* --- MSXML ----------------------------------------------------------------------------------- */

/* An attribute's value in the first element of this name; free with SysFreeString. */
static BSTR dom_attribute(IXMLDOMDocument *dom, const wchar_t *element, const wchar_t *attribute)
{
    IXMLDOMNodeList *list = NULL;
    IXMLDOMNode *node = NULL;
    IXMLDOMElement *found = NULL;
    VARIANT value;
    BSTR text = SysAllocString(element);

    assert_hr(IXMLDOMDocument_getElementsByTagName(dom, text, &list), S_OK);
    SysFreeString(text);
    assert_hr(IXMLDOMNodeList_get_item(list, 0, &node), S_OK);
    assert_hr(IXMLDOMNode_QueryInterface(node, &IID_IXMLDOMElement, (void **)&found), S_OK);
    text = SysAllocString(attribute);
    VariantInit(&value);
    assert_hr(IXMLDOMElement_getAttribute(found, text, &value), S_OK);
    SysFreeString(text);
    assert_int_equal(V_VT(&value), VT_BSTR);
    IXMLDOMElement_Release(found);
    IXMLDOMNode_Release(node);
    IXMLDOMNodeList_Release(list);
    return V_BSTR(&value);
}

static void get_document__writer_metadata__msxml_reads_it(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssExamineWriterMetadata *metadata = NULL;
    IXMLDOMDocument *dom = NULL;
    GUID instance = {0};

    (void)state;
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_GetDocument(metadata, NULL), E_INVALIDARG);
    assert_hr(IVssExamineWriterMetadata_GetDocument(metadata, &dom), S_OK);
    assert_bstr(dom_attribute(dom, L"IDENTIFICATION", L"friendlyName"), L"NTDS");
    assert_bstr(dom_attribute(dom, L"DATABASE_FILES", L"filespec"), L"ntds.dit");
    IXMLDOMDocument_Release(dom);
    IVssExamineWriterMetadata_Release(metadata);
    IVssBackupComponents_Release(vss);
}

static void backup_document__loaded_by_msxml__same_values(void **state)
{
    GUID snapshot = {0};
    BSTR xml = NULL;
    IXMLDOMDocument *dom = NULL;
    VARIANT_BOOL loaded = VARIANT_FALSE;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    (void)state;
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    IVssBackupComponents_Release(vss);
    assert_hr(CoCreateInstance(&CLSID_DOMDocument, NULL, CLSCTX_INPROC_SERVER, &IID_IXMLDOMDocument,
                               (void **)&dom),
              S_OK);
    assert_hr(IXMLDOMDocument_put_async(dom, VARIANT_FALSE), S_OK);
    assert_hr(IXMLDOMDocument_put_validateOnParse(dom, VARIANT_FALSE), S_OK);
    assert_hr(IXMLDOMDocument_loadXML(dom, xml, &loaded), S_OK);
    assert_int_equal(loaded, VARIANT_TRUE);
    SysFreeString(xml);
    assert_bstr(dom_attribute(dom, L"BACKUP_COMPONENTS", L"backupType"), L"full");
    assert_bstr(dom_attribute(dom, L"COMPONENT", L"componentName"), L"ntds");
    assert_bstr(dom_attribute(dom, L"COMPONENT", L"logicalPath"), test_logical_path);
    IXMLDOMDocument_Release(dom);
}

/* A document that cannot be read leaves the object as it was. */
static void load_from_xml__other_document__replaces_the_old(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssExamineWriterMetadata *metadata = NULL;
    GUID instance = {0};
    GUID found = {0};
    GUID writer = {0};
    BSTR name = NULL;
    VSS_USAGE_TYPE usage = VSS_UT_UNDEFINED;
    VSS_SOURCE_TYPE source = VSS_ST_UNDEFINED;
    BSTR bad = SysAllocString(L"<WRITER_METADATA>");
    BSTR good = SysAllocString(
        L"<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\">"
        L"<IDENTIFICATION writerId=\"5d3c1b00-1111-4222-8333-444455556666\" "
        L"instanceId=\"5d3c1b01-1111-4222-8333-444455556666\" friendlyName=\"Other\" "
        L"usage=\"USER_DATA\" dataSource=\"OTHER\"/><BACKUP_LOCATIONS/></WRITER_METADATA>");

    (void)state;
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_LoadFromXML(metadata, bad), VSS_E_INVALID_XML_DOCUMENT);
    assert_hr(
        IVssExamineWriterMetadata_GetIdentity(metadata, &found, &writer, &name, &usage, &source),
        S_OK);
    assert_bstr(name, L"NTDS");
    assert_hr(IVssExamineWriterMetadata_LoadFromXML(metadata, good), S_OK);
    assert_hr(
        IVssExamineWriterMetadata_GetIdentity(metadata, &found, &writer, &name, &usage, &source),
        S_OK);
    assert_bstr(name, L"Other");
    assert_int_equal(writer.Data1, 0x5d3c1b00);
    assert_int_equal(found.Data1, 0x5d3c1b01);
    assert_int_equal(usage, VSS_UT_USERDATA);
    SysFreeString(bad);
    SysFreeString(good);
    IVssExamineWriterMetadata_Release(metadata);
    IVssBackupComponents_Release(vss);
}

/* --- backup types ---------------------------------------------------------------------------- */

static void backup_types__each__is_kept_and_read_again(void **state)
{
    static const struct
    {
        VSS_BACKUP_TYPE type;
        const wchar_t *text;
    } rows[] = {
        {VSS_BT_FULL, L"backupType=\"full\""},
        {VSS_BT_COPY, L"backupType=\"copy\""},
        {VSS_BT_LOG, L"backupType=\"log\""},
        {VSS_BT_INCREMENTAL, L"backupType=\"incremental\""},
        {VSS_BT_OTHER, L"backupType=\"other\""},
        {VSS_BT_DIFFERENTIAL, L"backupType=\"differential\""},
    };
    IVssBackupComponents *vss;
    BSTR xml;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        vss = requestor_create();
        assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
        requestor_select(vss);
        /* Late, as some programs do. */
        assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, FALSE, rows[i].type, FALSE), S_OK);
        assert_hr(vss->lpVtbl->SetPreviousBackupStamp(vss, NTDS_COMPONENT, L"stamp"), S_OK);
        assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
        assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
        assert_non_null(wcsstr(xml, rows[i].text));
        assert_non_null(wcsstr(xml, L"previousBackupStamp=\"stamp\""));
        IVssBackupComponents_Release(vss);
        vss = requestor_create();
        assert_hr(IVssBackupComponents_InitializeForRestore(vss, xml), S_OK);
        IVssBackupComponents_Release(vss);
        SysFreeString(xml);
    }
    vss = requestor_begin();
    assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, FALSE, VSS_BT_UNDEFINED, FALSE),
              E_INVALIDARG);
    IVssBackupComponents_Release(vss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(targets__added__are_in_the_document),
        requestor_test(methods__that_no_program_calls__are_refused),
        requestor_test(options__of_a_restore__are_in_the_document),
        requestor_test(get_document__writer_metadata__msxml_reads_it),
        requestor_test(backup_document__loaded_by_msxml__same_values),
        requestor_test(load_from_xml__other_document__replaces_the_old),
        requestor_test(backup_types__each__is_kept_and_read_again),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}

/*
 * test_vssapi_expose.c - shadows that get a name of their own, and sets that become volumes.
 */
#include "vssapi_requestor.h"
#include "common/format.h"

#include <string.h>

#define LIVE_FILE L"D:\\expose.txt"
#define MOUNT     TEST_FOLDER L"\\mount"

static HRESULT expose(struct volume_shadow *shadow, LONG attributes, const wchar_t *path,
                      const wchar_t *where, VSS_PWSZ *exposed)
{
    wchar_t path_copy[MAX_PATH];
    wchar_t where_copy[MAX_PATH];

    if (path)
        wcscpy(path_copy, path);
    if (where)
        wcscpy(where_copy, where);
    return IVssBackupComponents_ExposeSnapshot(shadow->vss, shadow->snapshot,
                                               path ? path_copy : NULL, attributes,
                                               where ? where_copy : NULL, exposed);
}

static void make_shadow(struct volume_shadow *shadow)
{
    requestor_write_file(LIVE_FILE, "old", 3);
    requestor_volume_shadow(VSS_CTX_CLIENT_ACCESSIBLE, L"D:\\", shadow);
    requestor_write_file(LIVE_FILE, "newer", 5);
}

static void drop_shadow(struct volume_shadow *shadow)
{
    IVssBackupComponents_Release(shadow->vss);
    assert_hr(requestor_delete(shadow->snapshot, VSS_OBJECT_SNAPSHOT), S_OK);
    DeleteFileW(LIVE_FILE);
}

static void assert_exposed(struct volume_shadow *shadow, const wchar_t *name, LONG attribute)
{
    static const LONG mask = VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY | VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY;
    VSS_SNAPSHOT_PROP prop = requestor_properties(shadow->vss, shadow->snapshot);

    if (name)
        assert_wide(prop.m_pwszExposedName, name);
    else
        assert_null(prop.m_pwszExposedName);
    assert_int_equal(prop.m_lSnapshotAttributes & mask, attribute);
    requestor_free_properties(&prop);
}

static void expose__drive_letter__old_content_until_unexposed(void **state)
{
    struct volume_shadow shadow;
    VSS_PWSZ exposed = NULL;
    wchar_t volume[] = L"X:\\";
    GUID set = {0};
    GUID snapshot = {0};
    char data[16];
    IVssBackupComponents *other;
    IVssBackupComponentsEx2 *ex2;

    (void)state;
    make_shadow(&shadow);
    assert_hr(expose(&shadow, VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"X:", &exposed), S_OK);
    assert_wide(exposed, L"X:\\");
    CoTaskMemFree(exposed);
    assert_exposed(&shadow, L"X:\\", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY);
    assert_int_equal(requestor_read_file(L"X:\\expose.txt", data, sizeof(data)), 3);
    /* Once only, and no letter twice. */
    assert_hr(expose(&shadow, VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"W:", &exposed),
              VSS_E_OBJECT_ALREADY_EXISTS);
    assert_null(exposed);
    /* It is still a shadow: no shadow can be made of it. */
    other = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(other, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(other, volume, GUID_NULL, &snapshot),
              VSS_E_VOLUME_NOT_SUPPORTED);
    IVssBackupComponents_Release(other);

    ex2 = requestor_as(shadow.vss, &IID_IVssBackupComponentsEx2);
    assert_hr(IVssBackupComponentsEx2_UnexposeSnapshot(ex2, shadow.snapshot), S_OK);
    assert_exposed(&shadow, NULL, 0);
    assert_int_equal(requestor_read_file(L"X:\\expose.txt", data, sizeof(data)), -1);
    assert_hr(IVssBackupComponentsEx2_UnexposeSnapshot(ex2, shadow.snapshot),
              VSS_E_OBJECT_NOT_FOUND);
    drop_shadow(&shadow);
}

static void expose__folder__gone_with_the_shadow(void **state)
{
    struct volume_shadow shadow;
    VSS_PWSZ exposed = NULL;
    char data[16];

    (void)state;
    make_shadow(&shadow);
    assert_true(CreateDirectoryW(MOUNT, NULL));
    assert_hr(expose(&shadow, VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, MOUNT, &exposed), S_OK);
    assert_wide(exposed, MOUNT L"\\");
    CoTaskMemFree(exposed);
    assert_exposed(&shadow, MOUNT L"\\", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY);
    assert_int_equal(requestor_read_file(MOUNT L"\\expose.txt", data, sizeof(data)), 3);
    drop_shadow(&shadow);
    /* The folder is there again, and empty. */
    assert_int_equal(requestor_read_file(MOUNT L"\\expose.txt", data, sizeof(data)), -1);
    assert_true(RemoveDirectoryW(MOUNT));
}

/* The name ends with a backslash that the folder's does not have, and has to fit too. */
static void expose__folder_with_a_long_name__whole_or_not_at_all(void **state)
{
    static const struct
    {
        size_t chars;
        HRESULT hr;
    } rows[] = {
        {MAX_PATH - 2, S_OK},
        {MAX_PATH - 1, E_INVALIDARG},
    };
    struct volume_shadow shadow;
    VSS_PWSZ exposed;
    wchar_t folder[MAX_PATH];
    wchar_t path[MAX_PATH + 4];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        requestor_fill(folder, L'f', rows[i].chars);
        memcpy(folder, MOUNT, sizeof(MOUNT) - sizeof(wchar_t));
        assert_true(format_text(path, ARRAYSIZE(path), L"\\\\?\\%ls", folder));
        assert_true(CreateDirectoryW(path, NULL));
        make_shadow(&shadow);
        assert_hr(expose(&shadow, VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, folder, &exposed),
                  rows[i].hr);
        if (exposed)
            assert_int_equal(wcslen(exposed), rows[i].chars + 1);
        CoTaskMemFree(exposed);
        drop_shadow(&shadow);
        assert_true(RemoveDirectoryW(path));
    }
}

static void expose__auto_release__letter_goes_with_the_shadow(void **state)
{
    struct volume_shadow shadow;
    VSS_PWSZ exposed = NULL;
    wchar_t root[MAX_PATH];
    IVssBackupComponents *other;

    (void)state;
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    other = requestor_administrator();
    assert_hr(IVssBackupComponents_ExposeSnapshot(other, shadow.snapshot, NULL,
                                                  VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, &exposed),
              S_OK);
    wcscpy(root, exposed);
    CoTaskMemFree(exposed);
    assert_int_not_equal(GetFileAttributesW(root), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(other);
    assert_int_not_equal(GetFileAttributesW(root), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(shadow.vss);
    assert_int_equal(GetFileAttributesW(root), INVALID_FILE_ATTRIBUTES);
}

static void expose__bad_arguments__are_refused(void **state)
{
    static const struct
    {
        const char *label;
        LONG attributes;
        const wchar_t *path;
        const wchar_t *where;
        HRESULT hr;
    } rows[] = {
        {"a path, locally", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, L"x", L"X:", E_INVALIDARG},
        {"neither", 0, NULL, L"X:", E_INVALIDARG},
        {"both", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY | VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY, NULL, L"X:",
         E_INVALIDARG},
        {"letter in use", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"C:",
         VSS_E_OBJECT_ALREADY_EXISTS},
        {"no such folder", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"C:\\nowhere", E_INVALIDARG},
        {"a folder with files", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"C:\\windows",
         E_INVALIDARG},
        {"no path", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"nothing", E_INVALIDARG},
        {"as a share", VSS_VOLSNAP_ATTR_EXPOSED_REMOTELY, NULL, L"Old", E_NOTIMPL},
    };
    struct volume_shadow shadow;
    wchar_t text[] = L"X:";
    VSS_PWSZ exposed = text;
    size_t i;

    (void)state;
    make_shadow(&shadow);
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        exposed = text;
        print_message("row %s\n", rows[i].label);
        assert_hr(expose(&shadow, rows[i].attributes, rows[i].path, rows[i].where, &exposed),
                  rows[i].hr);
        assert_null(exposed);
    }
    assert_hr(IVssBackupComponents_ExposeSnapshot(shadow.vss, GUID_NULL, NULL,
                                                  VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, text, &exposed),
              VSS_E_OBJECT_NOT_FOUND);
    drop_shadow(&shadow);
}

/* A broken set is no shadow any more, but its exposed name stays. */
static void break_set__exposed__is_a_volume(void **state)
{
    static const DWORD flags[] = {0, VSS_BREAKEX_FLAG_MAKE_READ_WRITE};
    struct volume_shadow shadow;
    VSS_PWSZ exposed;
    IVssBackupComponentsEx2 *ex2;
    IVssAsync *async;
    char data[16];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(flags); i++) {
        make_shadow(&shadow);
        ex2 = requestor_as(shadow.vss, &IID_IVssBackupComponentsEx2);
        assert_hr(expose(&shadow, VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, L"X:", &exposed), S_OK);
        CoTaskMemFree(exposed);
        if (!flags[i]) {
            assert_hr(IVssBackupComponents_BreakSnapshotSet(shadow.vss, shadow.set), S_OK);
        } else {
            assert_hr(IVssBackupComponentsEx2_BreakSnapshotSetEx(
                          ex2, shadow.set, VSS_BREAKEX_FLAG_REVERT_IDENTITY_ALL, &async),
                      VSS_E_BREAK_REVERT_ID_FAILED);
            assert_null(async);
            assert_hr(IVssBackupComponentsEx2_BreakSnapshotSetEx(ex2, shadow.set, flags[i], &async),
                      S_OK);
            assert_hr(requestor_wait(async), VSS_S_ASYNC_FINISHED);
        }
        assert_false(requestor_lists(shadow.vss, shadow.snapshot));
        assert_hr(IVssBackupComponents_BreakSnapshotSet(shadow.vss, shadow.set),
                  VSS_E_OBJECT_NOT_FOUND);
        IVssBackupComponents_Release(shadow.vss);
        assert_int_equal(requestor_read_file(L"X:\\expose.txt", data, sizeof(data)), 3);
        requestor_write_file(L"X:\\expose.txt", "mine now", 8);
        requestor_remove_broken(shadow.snapshot, L"D:", shadow.device, L"X:");
        DeleteFileW(LIVE_FILE);
    }
}

/* Nor does it end with the session that made it. */
static void break_set__auto_release__copy_stays_after_the_release(void **state)
{
    struct volume_shadow shadow;
    char data[16];

    (void)state;
    requestor_write_file(LIVE_FILE, "old", 3);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    assert_hr(IVssBackupComponents_BreakSnapshotSet(shadow.vss, shadow.set), S_OK);
    IVssBackupComponents_Release(shadow.vss);
    assert_int_equal(requestor_read_shadow(shadow.device, LIVE_FILE, data, sizeof(data)), 3);
    requestor_remove_broken(shadow.snapshot, L"D:", shadow.device, NULL);
    DeleteFileW(LIVE_FILE);
}

static void paths__local_and_share__root_and_prefix(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssBackupComponentsEx4 *ex4 = requestor_as(vss, &IID_IVssBackupComponentsEx4);
    wchar_t local[] = L"C:\\windows\\system32\\kernel32.dll";
    wchar_t share[] = L"\\\\server\\share\\folder\\file";
    wchar_t volume[MAX_PATH];
    VSS_PWSZ root = NULL;
    VSS_PWSZ prefix = NULL;

    (void)state;
    assert_hr(
        IVssBackupComponentsEx4_GetRootAndLogicalPrefixPaths(ex4, local, &root, &prefix, FALSE),
        S_OK);
    assert_true(GetVolumeNameForVolumeMountPointW(L"C:\\", volume, ARRAYSIZE(volume)));
    assert_wide(root, L"C:\\");
    assert_wide(prefix, volume);
    CoTaskMemFree(root);
    CoTaskMemFree(prefix);
    assert_hr(
        IVssBackupComponentsEx4_GetRootAndLogicalPrefixPaths(ex4, share, &root, &prefix, FALSE),
        S_OK);
    assert_wide(root, L"\\\\server\\share\\");
    CoTaskMemFree(root);
    CoTaskMemFree(prefix);
    IVssBackupComponents_Release(vss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(expose__drive_letter__old_content_until_unexposed),
        requestor_test(expose__folder__gone_with_the_shadow),
        requestor_test(expose__folder_with_a_long_name__whole_or_not_at_all),
        requestor_test(expose__auto_release__letter_goes_with_the_shadow),
        requestor_test(expose__bad_arguments__are_refused),
        requestor_test(break_set__exposed__is_a_volume),
        requestor_test(break_set__auto_release__copy_stays_after_the_release),
        requestor_test(paths__local_and_share__root_and_prefix),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}

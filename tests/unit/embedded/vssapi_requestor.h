/*
 * vssapi_requestor.h - a small backup program: what the tests of vssapi.dll have in common.
 *
 * Drives the installed DLL through the standard headers only. Assertions end the running test.
 */
#ifndef NTDSBCLI_TEST_VSSAPI_REQUESTOR_H
#define NTDSBCLI_TEST_VSSAPI_REQUESTOR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <windows.h>
#include <stdbool.h>
#include <vsbackup.h>
#include <vss.h>
#include <vswriter.h>

#define WAIT_LIMIT_MS 30000

/* The folder that the tests' NTDS writer reports, with ntds.dit, edb.log and edb.chk. */
#define TEST_FOLDER   L"C:\\vssapi-test"
#define TEST_DATABASE TEST_FOLDER L"\\ntds.dit"
/* Freeze events of the NTDS writer. They exist only if a test creates them. */
#define TEST_FREEZE_BASE L"VssapiTest"

extern const GUID ntds_writer_id;
/* The logical path that belongs to TEST_FOLDER. */
extern const wchar_t test_logical_path[];
/* The component of NTDS, as most methods take it. Not for the macros of the headers. */
#define NTDS_COMPONENT ntds_writer_id, VSS_CT_DATABASE, test_logical_path, L"ntds"

/* Like cmocka's assertions, with the caller's line. */
#define assert_hr(actual, expected)                                                                \
    requestor_assert_hr((actual), (expected), #actual, __FILE__, __LINE__)
#define assert_wide(actual, expected)                                                              \
    requestor_assert_wide((actual), (expected), __FILE__, __LINE__)
void requestor_assert_hr(HRESULT actual, HRESULT expected, const char *what, const char *file,
                         int line);
void requestor_assert_wide(const wchar_t *actual, const wchar_t *expected, const char *file,
                           int line);
/* The same, and frees the text. */
#define assert_bstr(actual, expected)                                                              \
    (requestor_assert_wide((actual), (expected), __FILE__, __LINE__), SysFreeString(actual))

/* A text of so many characters, in a buffer with room for one more. */
wchar_t *requestor_fill(wchar_t *text, wchar_t character, size_t count);

/*
 * Group fixture: the DLL from System32, the registry values and the folder of the tests. The
 * teardown writes the earlier values back.
 */
int requestor_group_setup(void **state);
int requestor_group_teardown(void **state);
/* Test fixture: no fault, default settings, fresh files. */
int requestor_test_setup(void **state);
#define requestor_test(test) cmocka_unit_test_setup(test, requestor_test_setup)

/* Stops the service NTDS until the test program has ended. */
void requestor_stop_directory(void);

FARPROC requestor_export(const char *name);
void requestor_set_fault(const wchar_t *fault);              /* NULL: none */
void requestor_set_number(const wchar_t *name, DWORD value); /* of the writer's key */
void requestor_set_string(const wchar_t *name, const wchar_t *value);
void requestor_set_parameter(const wchar_t *name, const wchar_t *value); /* of NTDS */

/* The freeze events of a writer, from their base name. */
struct requestor_events
{
    HANDLE freeze;
    HANDLE frozen;
    HANDLE thaw;
};
void requestor_events_open(struct requestor_events *events, const wchar_t *base);
void requestor_events_close(struct requestor_events *events);

/* Starts the test program again as "child MODE". */
HANDLE requestor_start_child(const char *mode);

IVssBackupComponents *requestor_create(void);
/* The same after InitializeForBackup and SetContext. */
IVssBackupComponents *requestor_in_context(LONG context);
/* VSS_CTX_BACKUP and SetBackupState, with components. */
IVssBackupComponents *requestor_begin(void);
/* A session that may look at all shadows. */
IVssBackupComponents *requestor_administrator(void);
/* After InitializeForRestore with the document, and GatherWriterMetadata. */
IVssBackupComponents *requestor_begin_restore(BSTR document);
/* The document of a backup of NTDS before its snapshot. */
BSTR requestor_saved_document(void);

/* Another interface of the session, without a reference of its own. */
void *requestor_as(IVssBackupComponents *vss, const IID *id);

/* Waits for an operation, releases it and returns its status. */
HRESULT requestor_wait(IVssAsync *async);
/* Starts an operation and waits for it: its status, or the failure of the start. */
HRESULT requestor_run(IVssBackupComponents *vss,
                      HRESULT(STDMETHODCALLTYPE *start)(IVssBackupComponents *, IVssAsync **));
#define requestor_gather(vss)       requestor_run((vss), (vss)->lpVtbl->GatherWriterMetadata)
#define requestor_prepare(vss)      requestor_run((vss), (vss)->lpVtbl->PrepareForBackup)
#define requestor_do(vss)           requestor_run((vss), (vss)->lpVtbl->DoSnapshotSet)
#define requestor_complete(vss)     requestor_run((vss), (vss)->lpVtbl->BackupComplete)
#define requestor_pre_restore(vss)  requestor_run((vss), (vss)->lpVtbl->PreRestore)
#define requestor_post_restore(vss) requestor_run((vss), (vss)->lpVtbl->PostRestore)

/* Gathers the metadata; the number of writers. */
UINT requestor_writer_count(IVssBackupComponents *vss);
/* Gathers the metadata and adds the component of NTDS; its instance. */
GUID requestor_select(IVssBackupComponents *vss);
/* The one component of the session's document, and the instance of its writer. */
IVssComponentEx2 *requestor_component(IVssBackupComponents *vss, GUID *instance);

struct writer_report
{
    UINT writers; /* in the status */
    GUID instance;
    VSS_WRITER_STATE state;
    HRESULT failure;
};
/* Gathers the status and finds the writer in it. */
struct writer_report requestor_status_of(IVssBackupComponents *vss, const GUID *id);
#define requestor_status(vss) requestor_status_of((vss), &ntds_writer_id)

/* A session with NTDS selected and C: in a set, prepared. */
IVssBackupComponents *requestor_prepared(GUID *snapshot);
/* The same after DoSnapshotSet; device receives the device object. */
IVssBackupComponents *requestor_snapshot(wchar_t device[MAX_PATH]);
void requestor_device(IVssBackupComponents *vss, GUID snapshot, wchar_t device[MAX_PATH]);

/* A session without components that has made a shadow of one volume. */
struct volume_shadow
{
    IVssBackupComponents *vss;
    GUID set;
    GUID snapshot;
    wchar_t device[MAX_PATH];
};
void requestor_volume_shadow(LONG context, const wchar_t *volume, struct volume_shadow *shadow);

/* Deletes one shadow in a session of its own; the result of DeleteSnapshots. */
HRESULT requestor_delete(GUID id, VSS_OBJECT_TYPE type);
/* Whether Query of a session lists the shadow. */
bool requestor_lists(IVssBackupComponents *vss, GUID snapshot);
/* GetSnapshotProperties; free with requestor_free_properties. */
VSS_SNAPSHOT_PROP requestor_properties(IVssBackupComponents *vss, GUID snapshot);
void requestor_free_properties(VSS_SNAPSHOT_PROP *prop);
/* Removes the volume that a broken set left on `drive`: its letter (or NULL), device and files. */
void requestor_remove_broken(GUID snapshot, const wchar_t *drive, const wchar_t *device,
                             const wchar_t *letter);

/* True if the folder disappears within the limit. */
bool requestor_wait_gone(const wchar_t *device);

void requestor_write_file(const wchar_t *path, const void *data, DWORD bytes);
/* Size, or -1 if it cannot be opened. */
int requestor_read_file(const wchar_t *path, void *data, DWORD bytes);
/* The place in a shadow of a live path, for example "C:\\x". */
void requestor_in_shadow(const wchar_t *device, const wchar_t *live, wchar_t path[MAX_PATH]);
int requestor_read_shadow(const wchar_t *device, const wchar_t *live, void *data, DWORD bytes);

/* The name that the host has for a path. */
void requestor_host_name(const wchar_t *path, wchar_t name[MAX_PATH]);
/* Runs a command of the host, and waits until path is there, or is gone. */
void requestor_run_on_host(const wchar_t *command, const wchar_t *path, bool there);

#endif

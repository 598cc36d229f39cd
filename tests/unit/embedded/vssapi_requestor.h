/*
 * A small backup program: what the tests of vssapi.dll have in common.
 *
 * Drives the installed DLL through the standard headers only. Assertions end the running test.
 */
#ifndef NTDSBCLI_TEST_REQUESTOR_H
#define NTDSBCLI_TEST_REQUESTOR_H

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
/* Freeze events of the tests; nobody creates them unless a test does. */
#define TEST_FREEZE_BASE L"VssapiTest"

extern const GUID ntds_writer_id;

/* As cmocka has them, but with the numbers in hexadecimal and the place of the caller. */
#define assert_hr(actual, expected)                                                                \
    requestor_assert_hr((actual), (expected), #actual, __FILE__, __LINE__)
void requestor_assert_hr(HRESULT actual, HRESULT expected, const char *what, const char *file,
                         int line);

/* Group fixture: registry values and files of the tests, the DLL from System32 only. The values
 * that were there are put back by the second. */
int requestor_group_setup(void **state);
int requestor_group_teardown(void **state);
/* Test fixture: no fault, default settings, fresh files. */
int requestor_test_setup(void **state);

/* Stops the service NTDS; nobody starts it again before the test program has ended. */
void requestor_stop_directory(void);

FARPROC requestor_export(const char *name);
void requestor_set_fault(const wchar_t *fault);              /* NULL: none */
void requestor_set_number(const wchar_t *name, DWORD value); /* of the writer's key */
void requestor_set_string(const wchar_t *name, const wchar_t *value);
void requestor_set_parameter(const wchar_t *name, const wchar_t *value); /* of NTDS */

/* New object; NULL never (asserted). */
IVssBackupComponents *requestor_create(void);
/* The same after InitializeForBackup, SetContext and SetBackupState. */
IVssBackupComponents *requestor_begin(void);

/* A session without components: initialized with this context, a set with the volume begun,
 * prepared where the context has writers, and made. */
struct volume_shadow
{
    IVssBackupComponents *vss;
    GUID set;
    GUID snapshot;
    wchar_t device[MAX_PATH];
};
void requestor_volume_shadow(LONG context, const wchar_t *volume, struct volume_shadow *shadow);

/* A session that may look at all shadows. */
IVssBackupComponents *requestor_administrator(void);

/* Deletes one shadow in a session of its own; what DeleteSnapshots said. */
HRESULT requestor_delete(GUID id, VSS_OBJECT_TYPE type);

/* Whether Query of a session lists the shadow. */
bool requestor_lists(IVssBackupComponents *vss, GUID snapshot);

/* GetSnapshotProperties; free with requestor_free_properties. */
VSS_SNAPSHOT_PROP requestor_properties(IVssBackupComponents *vss, GUID snapshot);
void requestor_free_properties(VSS_SNAPSHOT_PROP *prop);

/* What a program has to do with a volume that a broken set left on `drive`: its letter, its files.
 */
void requestor_remove_broken(GUID snapshot, const wchar_t *drive, const wchar_t *device,
                             const wchar_t *letter);

/* Waits for an operation and releases it: what QueryStatus says in the end. */
HRESULT requestor_wait(IVssAsync *async);
/* Start, wait: each asserts that the call itself succeeds. */
HRESULT requestor_gather(IVssBackupComponents *vss);
HRESULT requestor_prepare(IVssBackupComponents *vss);
HRESULT requestor_do(IVssBackupComponents *vss);
HRESULT requestor_complete(IVssBackupComponents *vss);

struct writer_report
{
    GUID instance;
    VSS_WRITER_STATE state;
    HRESULT failure;
};
/* Gathers the status and finds NTDS in it. */
struct writer_report requestor_status(IVssBackupComponents *vss);

/* GatherWriterMetadata and AddComponent for NTDS; returns its instance. */
GUID requestor_select(IVssBackupComponents *vss);
/* The logical path that belongs to TEST_FOLDER. */
extern const wchar_t test_logical_path[];

/* requestor_begin, select, start a set with C:, prepare. */
IVssBackupComponents *requestor_prepared(GUID *snapshot);
/* The same and DoSnapshotSet; device receives the device object. */
IVssBackupComponents *requestor_snapshot(wchar_t device[MAX_PATH]);
void requestor_device(IVssBackupComponents *vss, GUID snapshot, wchar_t device[MAX_PATH]);

/* TRUE when the folder is not there any more within the limit; woken by changes on the volume. */
bool requestor_wait_gone(const wchar_t *device);

void requestor_write_file(const wchar_t *path, const void *data, DWORD bytes);
/* Size, or -1 when it cannot be opened. */
int requestor_read_file(const wchar_t *path, void *data, DWORD bytes);

#endif

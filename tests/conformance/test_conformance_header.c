/* The header alone, as a program for the original includes it: compiled with and without UNICODE.
 * What can be said at compile time is said there. */
#include <windows.h>
#include <ntdsbcli.h>
/* A second time changes nothing, neither does the message header on its own. */
#include <ntdsbmsg.h>
#include <ntdsbcli.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#ifdef UNICODE
typedef WCHAR expected_bft;
#define TYPE_OF_CHAR WCHAR
#else
typedef CHAR expected_bft;
#define TYPE_OF_CHAR CHAR
#endif

#define SAME_TYPE(a, b) _Static_assert(__builtin_types_compatible_p(__typeof__(a), b), #a)

SAME_TYPE((BFT)0, expected_bft);
SAME_TYPE(BFT_LOG, expected_bft);
SAME_TYPE((HBC)0, void *);
SAME_TYPE(((EDB_RSTMAP *)0)[0], EDB_RSTMAP);

_Static_assert((unsigned char)BFT_LOG == 0x21, "BFT_LOG");
_Static_assert((unsigned char)BFT_LOG_DIR == 0x82, "BFT_LOG_DIR");
_Static_assert((unsigned char)BFT_CHECKPOINT_DIR == 0x83, "BFT_CHECKPOINT_DIR");
_Static_assert((unsigned char)BFT_NTDS_DATABASE == 0x44, "BFT_NTDS_DATABASE");
_Static_assert((unsigned char)BFT_PATCH_FILE == 0x25, "BFT_PATCH_FILE");
_Static_assert((unsigned char)BFT_UNKNOWN == 0x0F, "BFT_UNKNOWN");
_Static_assert(BFT_DIRECTORY == 0x80 && BFT_DATABASE_DIRECTORY == 0x40 && BFT_LOG_DIRECTORY == 0x20,
               "where a file goes");

_Static_assert(BACKUP_TYPE_FULL == 1 && BACKUP_TYPE_LOGS_ONLY == 2 && BACKUP_TYPE_INCREMENTAL == 4,
               "backup types");
_Static_assert(RESTORE_TYPE_AUTHORATATIVE == 1 && RESTORE_TYPE_ONLINE == 2 &&
                   RESTORE_TYPE_CATCHUP == 4,
               "restore types");
_Static_assert(BACKUP_DISABLE_INCREMENTAL == 0xFFFFFFFF, "no incremental backup");

_Static_assert(sizeof(EDB_RSTMAPA) == 2 * sizeof(char *), "EDB_RSTMAPA");
_Static_assert(sizeof(EDB_RSTMAPW) == 2 * sizeof(WCHAR *), "EDB_RSTMAPW");
_Static_assert(offsetof(EDB_RSTMAPA, szNewDatabaseName) == sizeof(char *), "EDB_RSTMAPA");
_Static_assert(offsetof(EDB_RSTMAPW, wszNewDatabaseName) == sizeof(WCHAR *), "EDB_RSTMAPW");

_Static_assert((ULONG)hrNyi == 0xC0000001, "hrNyi");
_Static_assert((ULONG)hrInvalidParam == 0xC7FF0001, "hrInvalidParam");
_Static_assert((ULONG)hrCouldNotConnect == 0xC7FF0007, "hrCouldNotConnect");
_Static_assert((ULONG)hrContentsExpired == 0xC7FF0011, "hrContentsExpired");
_Static_assert((ULONG)hrInvalidBackupSequence == 0xC8000209, "hrInvalidBackupSequence");
_Static_assert((ULONG)hrReadVerifyFailure == 0xC80003FA, "hrReadVerifyFailure");
_Static_assert(hrAlreadyListening == RPC_S_ALREADY_LISTENING, "hrAlreadyListening");

/* The prototypes as other people's headers and bindings have them. */
typedef HRESULT(WINAPI *is_online_function)(const TYPE_OF_CHAR *, BOOL *);
typedef HRESULT(WINAPI *prepare_function)(const TYPE_OF_CHAR *, ULONG, ULONG, PVOID *, LPDWORD,
                                          HBC *);
typedef HRESULT(WINAPI *list_function)(HBC, TYPE_OF_CHAR **, LPDWORD);
typedef HRESULT(WINAPI *open_file_function)(HBC, const TYPE_OF_CHAR *, DWORD, LARGE_INTEGER *);
typedef HRESULT(WINAPI *read_function)(HBC, PVOID, DWORD, PDWORD);
typedef HRESULT(WINAPI *handle_function)(HBC);
typedef VOID(WINAPI *free_function)(PVOID);
typedef HRESULT(WINAPI *restore_prepare_function)(const TYPE_OF_CHAR *, ULONG, PVOID, DWORD, HBC *);
typedef HRESULT(WINAPI *register_function)(HBC, const TYPE_OF_CHAR *, const TYPE_OF_CHAR *,
                                           EDB_RSTMAP[], LONG, const TYPE_OF_CHAR *, ULONG, ULONG);
typedef HRESULT(WINAPI *register_complete_function)(HBC, HRESULT);
typedef HRESULT(WINAPI *current_log_function)(const TYPE_OF_CHAR *, DWORD);
typedef HRESULT(WINAPI *identity_function)(const TYPE_OF_CHAR *, const TYPE_OF_CHAR *,
                                           const TYPE_OF_CHAR *);
typedef HRESULT(WINAPI *check_token_function)(PVOID, DWORD);

SAME_TYPE(&DsIsNTDSOnline, is_online_function);
SAME_TYPE(&DsBackupPrepare, prepare_function);
SAME_TYPE(&DsBackupGetDatabaseNames, list_function);
SAME_TYPE(&DsBackupGetBackupLogs, list_function);
SAME_TYPE(&DsRestoreGetDatabaseLocations, list_function);
SAME_TYPE(&DsBackupOpenFile, open_file_function);
SAME_TYPE(&DsBackupRead, read_function);
SAME_TYPE(&DsBackupClose, handle_function);
SAME_TYPE(&DsBackupTruncateLogs, handle_function);
SAME_TYPE(&DsBackupEnd, handle_function);
SAME_TYPE(&DsRestoreEnd, handle_function);
SAME_TYPE(&DsBackupFree, free_function);
SAME_TYPE(&DsRestorePrepare, restore_prepare_function);
SAME_TYPE(&DsRestoreRegister, register_function);
SAME_TYPE(&DsRestoreRegisterComplete, register_complete_function);
SAME_TYPE(&DsSetCurrentBackupLog, current_log_function);
SAME_TYPE(&DsSetAuthIdentity, identity_function);
SAME_TYPE(&DsRestoreCheckExpiryToken, check_token_function);

static void generic_names__of_this_half__work(void **state)
{
    TYPE_OF_CHAR server[2] = {'.', 0};
    BOOL online = 77;
    void *token = server;
    DWORD bytes = 77;
    HBC hbc = server;

    (void)state;
    assert_int_equal(DsIsNTDSOnline(server, &online), S_OK);
    assert_int_equal(online, TRUE);
    assert_int_equal(DsBackupPrepare(server, 0, BACKUP_TYPE_INCREMENTAL, &token, &bytes, &hbc),
                     ERROR_INVALID_PARAMETER);
    assert_null(hbc);
}

static void annotations__both_halves__are_the_published_strings(void **state)
{
    (void)state;
    assert_string_equal(g_aszBackupAnnotation, "NTDS Backup Interface");
    assert_string_equal(g_aszRestoreAnnotation, "NTDS Restore Interface");
    assert_memory_equal(g_wszBackupAnnotation, L"NTDS Backup Interface",
                        sizeof(L"NTDS Backup Interface"));
    assert_memory_equal(g_wszRestoreAnnotation, L"NTDS Restore Interface",
                        sizeof(L"NTDS Restore Interface"));
    assert_int_equal(sizeof(g_szBackupAnnotation) / sizeof(TYPE_OF_CHAR),
                     sizeof("NTDS Backup Interface"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generic_names__of_this_half__work),
        cmocka_unit_test(annotations__both_halves__are_the_published_strings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

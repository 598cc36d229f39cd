/* The restore half: parameters, handles, the order of the calls, interlock and marker. */
#include "restore_set.h"

#include <bcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static struct saved_backup backup;

/* One backup for all tests, and the directory stopped. */
static int stop_after_a_backup(void **state)
{
    (void)state;
    saved_backup_make(&backup);
    directory_stop();
    remove_interlock_and_marker();
    return 0;
}

static int start_again(void **state)
{
    (void)state;
    remove_interlock_and_marker();
    directory_start();
    saved_backup_free(&backup);
    return 0;
}

static HBC prepare(void)
{
    HBC hbc = POISON_POINTER;

    assert_result("DsRestorePrepareW",
                  DsRestorePrepareW(computer_name(), 0, backup.token, backup.token_bytes, &hbc),
                  S_OK);
    assert_non_null(hbc);
    return hbc;
}

static HBC prepare_restricted(void)
{
    HBC hbc = POISON_POINTER;

    assert_result("without token", DsRestorePrepareW(computer_name(), 0, NULL, 0, &hbc), S_OK);
    assert_non_null(hbc);
    return hbc;
}

static void end(HBC hbc)
{
    assert_result("DsRestoreEnd", DsRestoreEnd(hbc), S_OK);
}

static void prepare__bad_parameters__are_refused_in_their_order(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *server;
        ULONG type;
        HRESULT expected;
    } rows[] = {
        {"authoritative", L".", RESTORE_TYPE_AUTHORATATIVE, ERROR_INVALID_PARAMETER},
        {"online", L".", RESTORE_TYPE_ONLINE, ERROR_INVALID_PARAMETER},
        {"authoritative and catch-up", L".", 5, ERROR_INVALID_PARAMETER},
        {"an unknown type", L".", 8, ERROR_INVALID_PARAMETER},
        {"all bits", L".", 0xFFFFFFFF, ERROR_INVALID_PARAMETER},
        {"type before name", L"bad_name", RESTORE_TYPE_ONLINE, ERROR_INVALID_PARAMETER},
        {"malformed name", L"bad_name", 0, hrCouldNotConnect},
        {"another machine", L"otherdc", 0, RPC_S_INVALID_BINDING},
    };
    char server[32];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        HBC hbc = POISON_POINTER;

        assert_result(
            rows[i].label,
            DsRestorePrepareW(rows[i].server, rows[i].type, backup.token, backup.token_bytes, &hbc),
            rows[i].expected);
        assert_null(hbc);
        hbc = POISON_POINTER;
        wcstombs(server, rows[i].server, sizeof(server));
        assert_result(
            rows[i].label,
            DsRestorePrepareA(server, rows[i].type, backup.token, backup.token_bytes, &hbc),
            rows[i].expected);
        assert_null(hbc);
    }
    assert_result("no place for the handle, W",
                  DsRestorePrepareW(computer_name(), 0, NULL, 0, NULL), ERROR_INVALID_PARAMETER);
    assert_result("no place for the handle, A",
                  DsRestorePrepareA(computer_name_ansi(), 0, NULL, 0, NULL),
                  ERROR_INVALID_PARAMETER);
}

static void prepare__names_and_types_that_are_right__succeed(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *server;
        ULONG type;
    } rows[] = {
        {"NULL", NULL, 0},
        {"empty", L"", 0},
        {"dot", L".", RESTORE_TYPE_CATCHUP},
        {"localhost", L"\\\\localhost", 0},
    };
    HBC hbc;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        assert_result(
            rows[i].label,
            DsRestorePrepareW(rows[i].server, rows[i].type, backup.token, backup.token_bytes, &hbc),
            S_OK);
        end(hbc);
    }
    assert_result(
        "A", DsRestorePrepareA(computer_name_ansi(), 0, backup.token, backup.token_bytes, &hbc),
        S_OK);
    end(hbc);
}

static void prepare__directory_online__could_not_connect(void **state)
{
    HBC hbc = POISON_POINTER;

    (void)state;
    directory_start();
    assert_result("W",
                  DsRestorePrepareW(computer_name(), 0, backup.token, backup.token_bytes, &hbc),
                  hrCouldNotConnect);
    assert_null(hbc);
    hbc = POISON_POINTER;
    assert_result("without token", DsRestorePrepareA(computer_name_ansi(), 0, NULL, 0, &hbc),
                  hrCouldNotConnect);
    assert_null(hbc);
    directory_stop();
}

static void assert_refused(const char *what, const void *token, DWORD token_bytes, HRESULT expected)
{
    HBC hbc = POISON_POINTER;

    assert_result(what, DsRestorePrepareW(computer_name(), 0, (void *)token, token_bytes, &hbc),
                  expected);
    assert_null(hbc);
}

static void prepare__token_damaged_or_foreign__is_refused(void **state)
{
    unsigned char *token = malloc(backup.token_bytes + 1);
    DWORD bit;

    (void)state;
    assert_non_null(token);
    memcpy(token, backup.token, backup.token_bytes);
    token[backup.token_bytes] = 0;
    assert_refused("no bytes", token, 0, hrMissingExpiryToken);
    assert_refused("one byte", token, 1, hrUnknownExpiryTokenFormat);
    assert_refused("half", token, backup.token_bytes / 2, hrUnknownExpiryTokenFormat);
    assert_refused("a byte short", token, backup.token_bytes - 1, hrUnknownExpiryTokenFormat);
    assert_refused("a byte more", token, backup.token_bytes + 1, hrUnknownExpiryTokenFormat);
    assert_refused("text", "this is no token at all", 23, hrUnknownExpiryTokenFormat);
    for (bit = 0; bit < backup.token_bytes * 8; bit += 509) {
        token[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_refused("a flipped bit", token, backup.token_bytes, hrUnknownExpiryTokenFormat);
        token[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    free(token);
}

static void restricted_handle__is_good_for_locations_and_end_only(void **state)
{
    struct places places, same;
    HBC full = prepare();
    HBC hbc = prepare_restricted();

    (void)state;
    get_places(hbc, &places);
    get_places(full, &same);
    assert_memory_equal(places.database, same.database, sizeof(wchar_t) * wcslen(same.database));
    assert_result("register", register_as_documented(hbc, &backup, &places), hrMissingExpiryToken);
    assert_result("complete", DsRestoreRegisterComplete(hbc, S_OK), ERROR_INVALID_PARAMETER);
    assert_false(interlock_exists());
    end(hbc);
    end(full);
}

/* Every function of both halves, with a handle that is not for it. */
static void assert_handle_is_bad(const char *what, HBC hbc, bool is_backup)
{
    struct places places = {L"\\\\X\\C$\\a", L"\\\\X\\C$\\b", L"\\\\X\\C$\\c"};
    LARGE_INTEGER size;
    unsigned char buffer[8];
    wchar_t *list = POISON_POINTER;
    char *ansi = POISON_POINTER;
    DWORD bytes = POISON_DWORD;

    assert_result(what, register_as_documented(hbc, &backup, &places), ERROR_INVALID_PARAMETER);
    assert_result(what, DsRestoreRegisterComplete(hbc, S_OK), ERROR_INVALID_PARAMETER);
    assert_result(what, DsRestoreEnd(hbc), ERROR_INVALID_PARAMETER);
    if (is_backup)
        return;
    assert_result(what, DsRestoreGetDatabaseLocationsW(hbc, &list, &bytes),
                  ERROR_INVALID_PARAMETER);
    assert_null(list);
    assert_int_equal(bytes, 0);
    assert_result(what, DsRestoreGetDatabaseLocationsA(hbc, &ansi, &bytes),
                  ERROR_INVALID_PARAMETER);
    assert_null(ansi);
    assert_result(what, DsBackupGetDatabaseNamesW(hbc, &list, &bytes), ERROR_INVALID_PARAMETER);
    assert_result(what, DsBackupGetBackupLogsW(hbc, &list, &bytes), ERROR_INVALID_PARAMETER);
    assert_result(what, DsBackupOpenFileW(hbc, L"C:\\x", 0, &size), ERROR_INVALID_PARAMETER);
    assert_result(what, DsBackupRead(hbc, buffer, 8, &bytes), ERROR_INVALID_PARAMETER);
    assert_result(what, DsBackupClose(hbc), ERROR_INVALID_PARAMETER);
    assert_result(what, DsBackupTruncateLogs(hbc), ERROR_INVALID_PARAMETER);
    assert_result(what, DsBackupEnd(hbc), ERROR_INVALID_PARAMETER);
}

static void handles__wrong_stale_or_none__are_refused_by_everything(void **state)
{
    HBC stale = prepare();
    HBC other;
    void *context = NULL;

    (void)state;
    end(stale);
    assert_handle_is_bad("NULL", NULL, false);
    assert_handle_is_bad("garbage", (HBC)(uintptr_t)0x12345678, false);
    assert_handle_is_bad("a pointer", &stale, false);
    assert_handle_is_bad("stale", stale, false);
    other = prepare_restricted();
    end(other);
    assert_handle_is_bad("stale, restricted", other, false);
    directory_start();
    assert_int_equal(context_begin(&context), 0);
    assert_handle_is_bad("a backup's", context_handle(&context), true);
    assert_int_equal(context_end(&context), 0);
    directory_stop();
}

static void backup_functions__restore_handle__is_refused(void **state)
{
    HBC hbc = prepare();
    LARGE_INTEGER size;
    wchar_t *list = POISON_POINTER;
    DWORD bytes = POISON_DWORD;

    (void)state;
    assert_result("names", DsBackupGetDatabaseNamesW(hbc, &list, &bytes), ERROR_INVALID_PARAMETER);
    assert_null(list);
    assert_result("logs", DsBackupGetBackupLogsW(hbc, &list, &bytes), ERROR_INVALID_PARAMETER);
    assert_result("open", DsBackupOpenFileW(hbc, L"C:\\x", 0, &size), ERROR_INVALID_PARAMETER);
    assert_result("close", DsBackupClose(hbc), ERROR_INVALID_PARAMETER);
    assert_result("end", DsBackupEnd(hbc), ERROR_INVALID_PARAMETER);
    end(hbc);
}

static void locations__null_pointers__are_refused(void **state)
{
    HBC hbc = prepare_restricted();
    wchar_t *list = POISON_POINTER;
    DWORD bytes = POISON_DWORD;

    (void)state;
    assert_result("no list", DsRestoreGetDatabaseLocationsW(hbc, NULL, &bytes),
                  ERROR_INVALID_PARAMETER);
    assert_int_equal(bytes, 0);
    assert_result("no size", DsRestoreGetDatabaseLocationsW(hbc, &list, NULL),
                  ERROR_INVALID_PARAMETER);
    assert_null(list);
    end(hbc);
}

static void register__bad_parameters__are_refused_and_change_nothing(void **state)
{
    HBC hbc = prepare();
    struct places places;
    wchar_t other[] = L"C:\\other.dit", empty[] = L"";
    wchar_t *path, *logs;
    size_t i;

    (void)state;
    get_places(hbc, &places);
    path = places.checkpoint;
    logs = places.logs;
    {
        EDB_RSTMAPW good = {backup.database, places.database};
        EDB_RSTMAPW twice[] = {good, good};
        EDB_RSTMAPW no_old = {NULL, places.database}, no_new = {backup.database, NULL};
        EDB_RSTMAPW wrong_old = {other, places.database}, wrong_new = {backup.database, other};
        EDB_RSTMAPW empty_old = {empty, places.database};
        const struct
        {
            const char *label;
            wchar_t *checkpoint, *log;
            EDB_RSTMAPW *map;
            LONG count;
            wchar_t *backup_log;
            ULONG low, high;
        } rows[] = {
            {"no checkpoint path", NULL, logs, &good, 1, logs, 1, 3},
            {"no log path", path, NULL, &good, 1, logs, 1, 3},
            {"no map", path, logs, NULL, 1, logs, 1, 3},
            {"no entries", path, logs, &good, 0, logs, 1, 3},
            {"less than none", path, logs, &good, -1, logs, 1, 3},
            {"the least there is", path, logs, &good, LONG_MIN, logs, 1, 3},
            {"no backup log path", path, logs, &good, 1, NULL, 1, 3},
            {"empty checkpoint path", empty, logs, &good, 1, logs, 1, 3},
            {"empty log path", path, empty, &good, 1, logs, 1, 3},
            {"empty backup log path", path, logs, &good, 1, empty, 1, 3},
            {"generations exchanged", path, logs, &good, 1, logs, 3, 1},
            {"high 0", path, logs, &good, 1, logs, 1, 0},
            {"database twice", path, logs, twice, 2, logs, 1, 3},
            {"no old name", path, logs, &no_old, 1, logs, 1, 3},
            {"no new name", path, logs, &no_new, 1, logs, 1, 3},
            {"empty old name", path, logs, &empty_old, 1, logs, 1, 3},
            {"another old name", path, logs, &wrong_old, 1, logs, 1, 3},
            {"another new name", path, logs, &wrong_new, 1, logs, 1, 3},
        };

        for (i = 0; i < ARRAYSIZE(rows); i++)
            assert_result(rows[i].label,
                          DsRestoreRegisterW(hbc, rows[i].checkpoint, rows[i].log, rows[i].map,
                                             rows[i].count, rows[i].backup_log, rows[i].low,
                                             rows[i].high),
                          ERROR_INVALID_PARAMETER);
    }
    assert_result(
        "no path, A",
        DsRestoreRegisterA(hbc, NULL, "C:\\", &(EDB_RSTMAPA){"C:\\a", "C:\\b"}, 1, "C:\\", 1, 3),
        ERROR_INVALID_PARAMETER);
    assert_result(
        "no name, A",
        DsRestoreRegisterA(hbc, "C:\\", "C:\\", &(EDB_RSTMAPA){NULL, "C:\\b"}, 1, "C:\\", 1, 3),
        ERROR_INVALID_PARAMETER);
    assert_false(interlock_exists());
    assert_false(marker_is_set());
    assert_result("a good one after all", register_as_documented(hbc, &backup, &places), S_OK);
    end(hbc);
    remove_interlock_and_marker();
}

/* As a caller might have got or made them: with BFT characters, local, in another case. */
static void register__names_spelled_in_any_way__succeeds(void **state)
{
    wchar_t spelled[3][2][MAX_PATH];
    struct places places;
    size_t i;
    HBC hbc = prepare();

    (void)state;
    get_places(hbc, &places);
    end(hbc);
    _snwprintf(spelled[0][0], MAX_PATH, L"\x44%ls", backup.database);
    _snwprintf(spelled[0][1], MAX_PATH, L"\x44%ls", places.database);
    /* "\\NAME\C$\..." is "C:\...". */
    wcscpy(spelled[1][0], wcschr(backup.database + 2, L'\\') + 1);
    spelled[1][0][1] = L':';
    wcscpy(spelled[1][1], wcschr(places.database + 2, L'\\') + 1);
    spelled[1][1][1] = L':';
    wcscpy(spelled[2][0], backup.database);
    wcscpy(spelled[2][1], places.database);
    CharUpperW(spelled[2][0]);
    CharLowerW(spelled[2][1]);
    for (i = 0; i < ARRAYSIZE(spelled); i++) {
        EDB_RSTMAPW map = {spelled[i][0], spelled[i][1]};

        hbc = prepare();
        if (DsRestoreRegisterW(hbc, places.checkpoint, places.logs, &map, 1, places.logs, 0, 0) !=
            S_OK)
            fail_msg("refused: %ls, %ls", spelled[i][0], spelled[i][1]);
        end(hbc);
        remove_interlock_and_marker();
    }
}

static void order__wrong__is_refused_and_harms_nothing(void **state)
{
    struct places places;
    HBC hbc = prepare();

    (void)state;
    get_places(hbc, &places);
    assert_result("complete first", DsRestoreRegisterComplete(hbc, S_OK), ERROR_INVALID_PARAMETER);
    assert_result("register", register_as_documented(hbc, &backup, &places), S_OK);
    assert_result("register again", register_as_documented(hbc, &backup, &places),
                  hrRestoreMapExists);
    get_places(hbc, &places);
    assert_result("complete", DsRestoreRegisterComplete(hbc, E_FAIL), S_OK);
    assert_result("complete again", DsRestoreRegisterComplete(hbc, S_OK), ERROR_INVALID_PARAMETER);
    assert_result("register after that", register_as_documented(hbc, &backup, &places),
                  hrRestoreMapExists);
    get_places(hbc, &places);
    end(hbc);
    assert_result("end again", DsRestoreEnd(hbc), ERROR_INVALID_PARAMETER);
    assert_true(interlock_exists());
    remove_interlock_and_marker();
}

#define RECORDS L"C:\\ProgramData\\ntdsbcli\\"

/* Whether the record of the restore has these words; it is deleted. */
static bool take_record(const char *words)
{
    static char text[65536];
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(RECORDS L"restore-*.txt", &found);
    wchar_t path[2 * MAX_PATH];
    size_t count;
    FILE *file;

    if (search == INVALID_HANDLE_VALUE)
        return false;
    FindClose(search);
    _snwprintf(path, 2 * MAX_PATH, RECORDS L"%ls", found.cFileName);
    file = _wfopen(path, L"rb");
    assert_non_null(file);
    count = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[count] = 0;
    assert_true(DeleteFileW(path));
    return strstr(text, words) != NULL;
}

static void register__when_it_succeeds__leaves_interlock_and_marker(void **state)
{
    wchar_t folder[MAX_PATH];
    struct places places;
    HBC hbc = prepare();

    (void)state;
    get_places(hbc, &places);
    assert_false(interlock_exists());
    assert_result("register", register_as_documented(hbc, &backup, &places), S_OK);
    _snwprintf(folder, MAX_PATH, L"%ls\\", places.logs);
    assert_interlock_value(L"LogPath", folder);
    assert_interlock_value(L"BackupLogPath", folder);
    _snwprintf(folder, MAX_PATH, L"%ls\\", places.checkpoint);
    assert_interlock_value(L"CheckpointFilePath", folder);
    assert_true(marker_is_set());
    while (take_record(""))
        continue;
    end(hbc);
    /* Never completed: it has failed. */
    assert_true(take_record("ended the restore without completing it"));
    assert_true(interlock_exists());
    assert_true(marker_is_set());
    remove_interlock_and_marker();
}

static void register__two_restores_at_once__is_for_the_first_only(void **state)
{
    struct places places;
    HBC first = prepare();
    HBC second = prepare();

    (void)state;
    get_places(first, &places);
    assert_result("first", register_as_documented(first, &backup, &places), S_OK);
    assert_result("second", register_as_documented(second, &backup, &places), hrRestoreInProgress);
    assert_true(interlock_exists());
    end(first);
    assert_true(interlock_exists());
    assert_result("second, after the first has ended",
                  register_as_documented(second, &backup, &places), S_OK);
    end(second);
    remove_interlock_and_marker();
}

static void prepare__callers_token__need_not_stay(void **state)
{
    unsigned char *token = malloc(backup.token_bytes);
    struct places places;
    HBC hbc;

    (void)state;
    assert_non_null(token);
    memcpy(token, backup.token, backup.token_bytes);
    assert_result("prepare", DsRestorePrepareW(NULL, 0, token, backup.token_bytes, &hbc), S_OK);
    memset(token, 0xDD, backup.token_bytes);
    free(token);
    get_places(hbc, &places);
    assert_result("register", register_as_documented(hbc, &backup, &places), S_OK);
    end(hbc);
    remove_interlock_and_marker();
}

/* As in test_conformance_identity: which code it is depends on the system. */
static void prepare__unusable_account__fails_until_cleared(void **state)
{
    HBC hbc = POISON_POINTER;

    (void)state;
    assert_result("set", DsSetAuthIdentityW(L"nobody of this name", L"NOWHERE", L"secret"), S_OK);
    assert_int_not_equal(DsRestorePrepareW(NULL, 0, NULL, 0, &hbc), S_OK);
    assert_null(hbc);
    hbc = POISON_POINTER;
    assert_int_not_equal(DsRestorePrepareW(NULL, 0, backup.token, backup.token_bytes, &hbc), S_OK);
    assert_null(hbc);
    assert_result("clear", DsSetAuthIdentityW(NULL, NULL, NULL), S_OK);
    end(prepare());
}

static void check_expiry_token__of_this_backup__succeeds_unless_damaged(void **state)
{
    unsigned char *token = backup.token;

    (void)state;
    assert_result("as it was given", DsRestoreCheckExpiryToken(token, backup.token_bytes), S_OK);
    assert_result("a byte short", DsRestoreCheckExpiryToken(token, backup.token_bytes - 1),
                  hrUnknownExpiryTokenFormat);
    assert_result("NULL", DsRestoreCheckExpiryToken(NULL, backup.token_bytes),
                  hrMissingExpiryToken);
    assert_result("no bytes", DsRestoreCheckExpiryToken(token, 0), hrMissingExpiryToken);
    token[backup.token_bytes / 2] ^= 1;
    assert_result("a flipped bit", DsRestoreCheckExpiryToken(token, backup.token_bytes),
                  hrUnknownExpiryTokenFormat);
    token[backup.token_bytes / 2] ^= 1;
}

/* The dates of a token, and its hash over all before that. It is not the interface that says so. */
#define TOKEN_CREATED    16u
#define TOKEN_EXPIRES    24u
#define TOKEN_HASH_BYTES 32u

static void hash(const unsigned char *data, DWORD bytes, unsigned char result[TOKEN_HASH_BYTES])
{
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_HASH_HANDLE hash;

    assert_int_equal(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0), 0);
    assert_int_equal(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0), 0);
    assert_int_equal(BCryptHashData(hash, (unsigned char *)data, bytes, 0), 0);
    assert_int_equal(BCryptFinishHash(hash, result, TOKEN_HASH_BYTES, 0), 0);
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(algorithm, 0);
}

static void set_dates(unsigned char *token, DWORD token_bytes, int64_t created, int64_t expires)
{
    memcpy(token + TOKEN_CREATED, &created, sizeof(created));
    memcpy(token + TOKEN_EXPIRES, &expires, sizeof(expires));
    hash(token, token_bytes - TOKEN_HASH_BYTES, token + token_bytes - TOKEN_HASH_BYTES);
}

static void check_expiry_token__of_another_time__says_what_a_restore_would(void **state)
{
    static const int64_t hour = 36000000000;
    static const struct
    {
        const char *label;
        int64_t created_hours, expires_hours; /* from now */
        HRESULT expected;
    } rows[] = {
        {"good for an hour", -72, 1, S_OK},
        {"expired for an hour", -72, -1, hrContentsExpired},
        {"made in half a day", 12, 72, S_OK},
        {"made in two days", 48, 72, ERROR_TIME_SKEW},
    };
    unsigned char *token = malloc(backup.token_bytes);
    FILETIME time;
    int64_t now;
    size_t i;

    (void)state;
    assert_non_null(token);
    memcpy(token, backup.token, backup.token_bytes);
    GetSystemTimeAsFileTime(&time);
    now = (int64_t)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        set_dates(token, backup.token_bytes, now + rows[i].created_hours * hour,
                  now + rows[i].expires_hours * hour);
        assert_result(rows[i].label, DsRestoreCheckExpiryToken(token, backup.token_bytes),
                      rows[i].expected);
        if (rows[i].expected != S_OK)
            assert_refused(rows[i].label, token, backup.token_bytes, rows[i].expected);
    }
    free(token);
}

static void every_function__thread_impersonates__keeps_the_thread_token(void **state)
{
    struct places places;
    HBC hbc = NULL, restricted = NULL;

    (void)state;
    impersonation_begin();
    assert_keeps_token("prepare another's", DsRestorePrepareW(L"otherdc", 0, NULL, 0, &restricted),
                       RPC_S_INVALID_BINDING);
    assert_keeps_token("without token",
                       DsRestorePrepareA(computer_name_ansi(), 0, NULL, 0, &restricted), S_OK);
    assert_keeps_token("prepare",
                       DsRestorePrepareW(NULL, 0, backup.token, backup.token_bytes, &hbc), S_OK);
    get_places(hbc, &places);
    assert_impersonates("locations");
    assert_keeps_token("register too early", register_as_documented(restricted, &backup, &places),
                       hrMissingExpiryToken);
    assert_keeps_token("complete too early", DsRestoreRegisterComplete(hbc, S_OK),
                       ERROR_INVALID_PARAMETER);
    assert_keeps_token("register", register_as_documented(hbc, &backup, &places), S_OK);
    assert_keeps_token("complete", DsRestoreRegisterComplete(hbc, E_FAIL), S_OK);
    assert_keeps_token("end", DsRestoreEnd(hbc), S_OK);
    assert_keeps_token("end again", DsRestoreEnd(hbc), ERROR_INVALID_PARAMETER);
    assert_keeps_token("end the other", DsRestoreEnd(restricted), S_OK);
    impersonation_end();
    remove_interlock_and_marker();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prepare__bad_parameters__are_refused_in_their_order),
        cmocka_unit_test(prepare__names_and_types_that_are_right__succeed),
        cmocka_unit_test(prepare__directory_online__could_not_connect),
        cmocka_unit_test(prepare__token_damaged_or_foreign__is_refused),
        cmocka_unit_test(restricted_handle__is_good_for_locations_and_end_only),
        cmocka_unit_test(handles__wrong_stale_or_none__are_refused_by_everything),
        cmocka_unit_test(backup_functions__restore_handle__is_refused),
        cmocka_unit_test(locations__null_pointers__are_refused),
        cmocka_unit_test(register__bad_parameters__are_refused_and_change_nothing),
        cmocka_unit_test(register__names_spelled_in_any_way__succeeds),
        cmocka_unit_test(order__wrong__is_refused_and_harms_nothing),
        cmocka_unit_test(register__when_it_succeeds__leaves_interlock_and_marker),
        cmocka_unit_test(register__two_restores_at_once__is_for_the_first_only),
        cmocka_unit_test(prepare__callers_token__need_not_stay),
        cmocka_unit_test(prepare__unusable_account__fails_until_cleared),
        cmocka_unit_test(check_expiry_token__of_this_backup__succeeds_unless_damaged),
        cmocka_unit_test(check_expiry_token__of_another_time__says_what_a_restore_would),
        cmocka_unit_test(every_function__thread_impersonates__keeps_the_thread_token),
    };

    return cmocka_run_group_tests(tests, stop_after_a_backup, start_again);
}

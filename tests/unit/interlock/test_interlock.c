/*
 * test_interlock.c - the key and the marker of a restore: made, refused, taken over, put back,
 * removed, left.
 */
#include "directory_keys.h"

#include "inject.h"
#include "interlock/interlock.h"
#include "interlock/interlock_mutex.h"
#include "interlock/interlock_state.h"

#include <aclapi.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

static wchar_t log_text[8192];

static void keep_line(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    size_t used = wcslen(log_text);

    (void)context;
    (void)level;
    _snwprintf(log_text + used, sizeof(log_text) / sizeof(log_text[0]) - used - 1, L"%ls\n", line);
}

static const struct ntdsvss_settings settings = {.wait_ms = 500, .log = keep_line};

static bool logged(const wchar_t *text)
{
    return wcsstr(log_text, text) != NULL;
}

static bool made_directory;

static int group_setup(void **state)
{
    HKEY key;

    (void)state;
    made_directory = !directory_keys_exist(NTDS_KEY);
    if (RegCreateKeyW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, &key) != ERROR_SUCCESS)
        return -1;
    RegCloseKey(key);
    return inject_host(GetModuleHandleW(NULL)) ? 0 : -1;
}

static int group_teardown(void **state)
{
    (void)state;
    directory_keys_clear();
    if (made_directory)
        RegDeleteTreeW(HKEY_LOCAL_MACHINE, NTDS_KEY);
    return 0;
}

static int setup(void **state)
{
    (void)state;
    directory_keys_clear();
    memset(log_text, 0, sizeof(log_text));
    return 0;
}

/* What every registered restore has. */
static void assert_registered(void)
{
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"CheckpointFilePath"),
                       test_registration.checkpoint_folder) == 0);
    assert_true(
        wcscmp(directory_keys_text(INTERLOCK_KEY, L"LogPath"), test_registration.log_folder) == 0);
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"BackupLogPath"),
                       test_registration.backup_log_folder) == 0);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), GetCurrentProcessId());
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
}

static void acquire__nothing_there__makes_key_record_and_marker(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_false(interlock.taken_over);
    assert_registered();
    assert_true(wcscmp(directory_keys_text(RECORD_KEY, L"BackupId"), test_registration.backup_id) ==
                0);
    assert_true(wcscmp(directory_keys_text(RECORD_KEY, L"Map"), test_registration.map) == 0);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"GenerationLow"), 1);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"GenerationHigh"), 0xfffffffe);
    /* Three values and our subkey: nothing of a name that somebody guessed. */
    assert_int_equal(directory_keys_value_count(INTERLOCK_KEY), 4);
    interlock_fini(&interlock);
}

static void remove__after_acquire__takes_the_key_and_leaves_the_marker(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    assert_false(interlock.held);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    interlock_leave(&settings, &interlock); /* nothing is held any more */
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    interlock_fini(&interlock);
}

/* The program may have copied files already: without the marker an old database would start as its
 * own past. */
static void put_back__after_acquire__takes_the_key_and_leaves_the_marker(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_hr(interlock_put_back(&settings, &interlock), S_OK);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    assert_true(logged(L"the marker stays"));
    interlock_fini(&interlock);
}

/* With the epoch of the database that was there, the directory would not start on the restored one
 * (event 2542). */
static void acquire__epoch_is_there__deletes_it_and_keeps_it_in_the_record(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"DatabaseEpoch"), 4711);
    assert_int_equal(directory_keys_value_count(INTERLOCK_KEY), 4);
    assert_true(logged(L"\"DSA Database Epoch\" is deleted"));
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    interlock_fini(&interlock);
}

static void put_back__database_is_unchanged__epoch_comes_back(void **state)
{
    struct interlock interlock = {.is_database_unchanged = true};

    (void)state;
    /* Whatever its type: no public source names it. */
    directory_keys_set_text(PARAMETERS_KEY, EPOCH, L"an epoch");
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_true(wcscmp(directory_keys_text(PARAMETERS_KEY, EPOCH), L"(none)") == 0);
    assert_hr(interlock_put_back(&settings, &interlock), S_OK);
    assert_true(wcscmp(directory_keys_text(PARAMETERS_KEY, EPOCH), L"an epoch") == 0);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    interlock_fini(&interlock);
}

static void put_back__database_may_have_changed__epoch_stays_deleted(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_hr(interlock_put_back(&settings, &interlock), S_OK);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    assert_true(logged(L"\"DSA Database Epoch\" stays deleted"));
    interlock_fini(&interlock);
}

/* What could not be put back stays, with the only copy of the epoch and without an owner: this
 * process lives, and nobody else, nor itself, could register a restore. */
static void put_back__epoch_cannot_be_written__record_keeps_it_without_an_owner(void **state)
{
    int taken_over;

    (void)state;
    for (taken_over = 0; taken_over <= 1; taken_over++) {
        struct interlock interlock = {.is_database_unchanged = true};

        directory_keys_clear();
        memset(log_text, 0, sizeof(log_text));
        if (taken_over)
            directory_keys_set_text(INTERLOCK_KEY, L"LogPath", L"theirs");
        directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
        assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
        inject_reset();
        inject_arm(INJECT_HOST, inject_find("RegSetValueExW"), 1);
        assert_hr(interlock_put_back(&settings, &interlock),
                  HRESULT_FROM_WIN32(ERROR_NO_SYSTEM_RESOURCES));
        inject_reset();
        assert_int_equal(directory_keys_number(RECORD_KEY, L"DatabaseEpoch"), 4711);
        assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), -1);
        assert_false(logged(L"as it was before"));
        assert_true(logged(L"Restore In Progress could not be put back"));
        assert_false(interlock.held);
        interlock_fini(&interlock);
    }
}

/* The nth call of each of these fails, as long as there is one. */
static void put_back__fails_anywhere__can_be_registered_again(void **state)
{
    static const char *const functions[] = {"CreateMutexW", "RegOpenKeyExW", "RegGetValueW",
                                            "RegDeleteTreeW"};
    unsigned int tried = 0;
    unsigned int nth;
    size_t i;
    bool hit;

    (void)state;
    for (i = 0; i < ARRAYSIZE(functions); i++) {
        for (nth = 1, hit = true; hit; nth++) {
            struct interlock first = {0}, second = {0};
            HRESULT hr;

            directory_keys_clear();
            memset(log_text, 0, sizeof(log_text));
            assert_hr(interlock_acquire(&settings, &first, &test_registration), S_OK);
            inject_reset();
            inject_arm(INJECT_HOST, inject_find(functions[i]), nth);
            hr = interlock_put_back(&settings, &first);
            hit = inject_was_hit();
            inject_reset();
            tried += hit;
            if (hit && (SUCCEEDED(hr) || logged(L"as it was before")))
                fail_msg("%s %u: 0x%08lx, put back", functions[i], nth, (unsigned long)hr);
            hr = interlock_acquire(&settings, &second, &test_registration);
            if (FAILED(hr))
                fail_msg("%s %u: not again, 0x%08lx", functions[i], nth, (unsigned long)hr);
            interlock_fini(&first);
            interlock_fini(&second);
        }
    }
    assert_in_range(tried, 6, 100);
}

/* A takeover finds no epoch, and leaves the one that the first restore kept. */
static void acquire__takes_over__record_keeps_the_first_epoch(void **state)
{
    struct interlock first = {0};
    struct interlock second = {.is_database_unchanged = true};

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    assert_hr(interlock_acquire(&settings, &first, &test_registration), S_OK);
    interlock_leave(&settings, &first);
    interlock_fini(&first);
    assert_hr(interlock_acquire(&settings, &second, &test_registration), S_OK);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"DatabaseEpoch"), 4711);
    assert_hr(interlock_put_back(&settings, &second), S_OK);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"DatabaseEpoch"), 4711);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    interlock_fini(&second);
}

/* The nth call of each of these fails, as long as there is one: the epoch is never lost, and
 * nothing is written before the marker. */
static void acquire__fails_anywhere__has_the_marker_and_the_epoch_is_never_lost(void **state)
{
    static const struct
    {
        const char *function;
        unsigned int before_marker; /* so many calls */
    } rows[] = {
        {"RegCreateKeyExW", 1}, {"RegSetValueExW", 1}, {"RegDeleteValueW", 0}, {"RegFlushKey", 0}};
    unsigned int tried = 0;
    unsigned int nth;
    size_t i;
    bool hit;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        for (nth = 1, hit = true; hit; nth++) {
            struct interlock interlock = {.is_database_unchanged = true};
            HRESULT hr;

            directory_keys_clear();
            directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
            inject_reset();
            inject_arm(INJECT_HOST, inject_find(rows[i].function), nth);
            hr = interlock_acquire(&settings, &interlock, &test_registration);
            hit = inject_was_hit();
            inject_reset();
            tried += hit;
            if (hit && (SUCCEEDED(hr) || directory_keys_number(PARAMETERS_KEY, EPOCH) != 4711))
                fail_msg("%s %u: 0x%08lx, epoch lost", rows[i].function, nth, (unsigned long)hr);
            if (nth > rows[i].before_marker && directory_keys_number(PARAMETERS_KEY, MARKER) != 1)
                fail_msg("%s %u: no marker", rows[i].function, nth);
            interlock_fini(&interlock);
        }
    }
    assert_in_range(tried, 8, 100);
}

/* The database counts as changed, so that nothing puts the epoch back. */
static void acquire__record_cannot_be_flushed__epoch_was_not_touched(void **state)
{
    struct interlock interlock = {.is_database_unchanged = false};

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegFlushKey"), 1);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration),
              HRESULT_FROM_WIN32(ERROR_DISK_FULL));
    inject_reset();
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), 4711);
    interlock_fini(&interlock);
}

static unsigned int flushed(void)
{
    return inject_calls(INJECT_HOST, inject_find("RegFlushKey"));
}

/* The record before the epoch goes, and the marker last: no file is replaced before that. */
static void acquire__made__is_flushed_with_record_and_marker(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    inject_reset();
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_int_equal(flushed(), 2);
    inject_reset();
    assert_hr(interlock_put_back(&settings, &interlock), S_OK);
    assert_int_equal(flushed(), 1);
    interlock_fini(&interlock);
}

static void remove__marker_cannot_be_flushed__keeps_the_key(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegFlushKey"), 1);
    assert_hr(interlock_remove(&settings, &interlock), HRESULT_FROM_WIN32(ERROR_DISK_FULL));
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    inject_reset();
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    assert_int_equal(flushed(), 2);
    interlock_fini(&interlock);
}

/* The directory was started and stopped before the files were copied: it took the marker for its
 * own database and gave that an epoch. Neither is right for the one that is restored. */
static void remove__marker_and_epoch_were_changed__makes_them_as_they_should_be(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, MARKER);
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4712);
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    assert_true(logged(L"\"Database restored from backup\" was not set any more"));
    assert_true(logged(L"\"DSA Database Epoch\" was there again"));
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    interlock_fini(&interlock);
}

static void remove__nothing_was_changed__says_nothing_of_it(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    assert_false(logged(L"any more"));
    assert_false(logged(L"again"));
    interlock_fini(&interlock);
}

static void remove__marker_or_epoch_cannot_be_changed__keeps_the_key(void **state)
{
    static const char *const functions[] = {"RegSetValueExW", "RegDeleteValueW"};
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(functions); i++) {
        struct interlock interlock = {0};

        directory_keys_clear();
        assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
        directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4712);
        inject_reset();
        inject_arm(INJECT_HOST, inject_find(functions[i]), 1);
        assert_hr(interlock_remove(&settings, &interlock),
                  HRESULT_FROM_WIN32(ERROR_NO_SYSTEM_RESOURCES));
        inject_reset();
        assert_true(directory_keys_exist(INTERLOCK_KEY));
        interlock_fini(&interlock);
    }
}

/* By hand, with ntdsdoctor. */
static void mark__set__is_flushed_and_takes_the_epoch(void **state)
{
    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, EPOCH, 4711);
    inject_reset();
    assert_int_equal(interlock_state_mark(), ERROR_SUCCESS);
    assert_int_equal(flushed(), 1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, EPOCH), -1);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegFlushKey"), 1);
    assert_int_equal(interlock_state_mark(), ERROR_DISK_FULL);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegSetValueExW"), 1);
    assert_int_equal(interlock_state_mark(), ERROR_NO_SYSTEM_RESOURCES);
    inject_reset();
    inject_arm(INJECT_HOST, inject_find("RegDeleteValueW"), 1);
    assert_int_equal(interlock_state_mark(), ERROR_NO_SYSTEM_RESOURCES);
    inject_reset();
}

/* A value of zero marks nothing. */
static void state__marker_of_zero__is_not_marked(void **state)
{
    struct interlock_state found;

    (void)state;
    directory_keys_set_number(PARAMETERS_KEY, MARKER, 0);
    interlock_state_read(&found);
    assert_false(found.is_marked);
    interlock_state_fini(&found);
    directory_keys_set_number(PARAMETERS_KEY, MARKER, 1);
    interlock_state_read(&found);
    assert_true(found.is_marked);
    interlock_state_fini(&found);
}

static void acquire__while_its_owner_is_alive__is_in_progress(void **state)
{
    struct interlock first = {0};
    struct interlock second = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &first, &test_registration), S_OK);
    assert_hr(interlock_acquire(&settings, &second, &test_registration),
              NTDSVSS_E_RESTORE_IN_PROGRESS);
    assert_false(second.held);
    assert_true(logged(L"owned by process"));
    assert_registered();
    assert_hr(interlock_remove(&settings, &first), S_OK);
    interlock_fini(&first);
}

static void acquire__owner_is_another_live_process__is_refused_until_it_ends(void **state)
{
    struct interlock interlock = {0};
    HANDLE process = directory_keys_start_process();

    (void)state;
    directory_keys_set_text(INTERLOCK_KEY, L"LogPath", L"earlier");
    directory_keys_set_owner(process, 0);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration),
              NTDSVSS_E_RESTORE_IN_PROGRESS);
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"LogPath"), L"earlier") == 0);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), -1);

    /* Its handle is still open here: the id cannot be anybody else's. */
    directory_keys_end_process(process);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    CloseHandle(process);
    assert_true(interlock.taken_over);
    assert_true(logged(L"which ended without completing it"));
    assert_registered();
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    interlock_fini(&interlock);
}

/* The number of an ended process is soon somebody else's. */
static void acquire__owners_id_is_used_by_another_process__takes_over(void **state)
{
    struct interlock interlock = {0};
    HANDLE process = directory_keys_start_process();

    (void)state;
    directory_keys_set_owner(process, -1);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_true(interlock.taken_over);
    directory_keys_end_process(process);
    CloseHandle(process);
    interlock_fini(&interlock);
}

static void acquire__key_of_another_program__takes_over_and_puts_back(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    directory_keys_set_text(INTERLOCK_KEY, L"LogPath", L"theirs");
    directory_keys_set_text(INTERLOCK_KEY, L"Unknown", L"value");
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_true(interlock.taken_over);
    assert_true(logged(L"another product registered"));
    assert_registered();
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"Unknown"), L"value") == 0);
    assert_hr(interlock_put_back(&settings, &interlock), S_OK);
    assert_true(wcscmp(directory_keys_text(INTERLOCK_KEY, L"LogPath"), L"theirs") == 0);
    assert_int_equal(directory_keys_value_count(INTERLOCK_KEY), 2);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    interlock_fini(&interlock);
}

static void leave__then_acquire__takes_over_and_puts_back_what_was_left(void **state)
{
    struct interlock first = {0};
    struct interlock second = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &first, &test_registration), S_OK);
    interlock_leave(&settings, &first);
    interlock_fini(&first);
    assert_true(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), -1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);

    assert_hr(interlock_acquire(&settings, &second, &test_registration), S_OK);
    assert_true(second.taken_over);
    assert_registered();

    /* What was there before this one is what the first had left. */
    assert_hr(interlock_put_back(&settings, &second), S_OK);
    assert_true(directory_keys_exist(RECORD_KEY));
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), -1);
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    interlock_fini(&second);
}

/* The nth call of each of these fails, as long as there is one: whatever cannot be found out,
 * nobody takes over what may be somebody's. */
static void acquire__owner_lives_but_cannot_be_asked__is_never_taken_over(void **state)
{
    static const char *const functions[] = {"RegOpenKeyExW", "RegGetValueW", "OpenProcess"};
    HANDLE process = directory_keys_start_process();
    struct interlock first = {0};
    unsigned int tried = 0;
    unsigned int nth;
    size_t i;
    bool hit;

    (void)state;
    assert_hr(interlock_acquire(&settings, &first, &test_registration), S_OK);
    directory_keys_set_owner(process, 0);
    for (i = 0; i < ARRAYSIZE(functions); i++) {
        for (nth = 1, hit = true; hit; nth++) {
            struct interlock second = {0};
            HRESULT hr;

            inject_reset();
            inject_arm(INJECT_HOST, inject_find(functions[i]), nth);
            hr = interlock_acquire(&settings, &second, &test_registration);
            hit = inject_was_hit();
            inject_reset();
            tried += hit;
            if (SUCCEEDED(hr))
                fail_msg("%s %u: taken over", functions[i], nth);
            assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), GetProcessId(process));
            interlock_fini(&second);
        }
    }
    assert_in_range(tried, 4, 100);
    directory_keys_end_process(process);
    CloseHandle(process);
    interlock_fini(&first);
}

static void remove__key_is_somebody_elses_by_now__leaves_it_alone(void **state)
{
    struct interlock interlock = {0};
    HANDLE process = directory_keys_start_process();

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    directory_keys_set_owner(process, 0);
    assert_hr(interlock_remove(&settings, &interlock), NTDSVSS_E_RESTORE_IN_PROGRESS);
    assert_true(directory_keys_exist(RECORD_KEY));
    interlock_leave(&settings, &interlock);
    assert_int_equal(directory_keys_number(RECORD_KEY, L"Owner"), GetProcessId(process));
    directory_keys_end_process(process);
    CloseHandle(process);
    interlock_fini(&interlock);
}

static void remove__somebody_has_deleted_the_key__is_no_failure(void **state)
{
    struct interlock interlock = {0};

    (void)state;
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, INTERLOCK_KEY);
    RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, MARKER);
    assert_hr(interlock_remove(&settings, &interlock), S_OK);
    assert_true(logged(L"was already removed"));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), 1);
    interlock_fini(&interlock);
}

static void acquire__no_directory_registered__fails_and_makes_nothing(void **state)
{
    struct interlock interlock = {0};
    HRESULT hr;
    HKEY key;

    (void)state;
    if (!made_directory)
        skip(); /* a directory that is not the test's own */
    assert_int_equal(RegDeleteTreeW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY), ERROR_SUCCESS);
    hr = interlock_acquire(&settings, &interlock, &test_registration);
    assert_int_equal(RegCreateKeyW(HKEY_LOCAL_MACHINE, PARAMETERS_KEY, &key), ERROR_SUCCESS);
    RegCloseKey(key);
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_true(logged(L"Parameters"));
}

static DWORD WINAPI hold_mutex(void *parameter)
{
    HANDLE *events = parameter; /* held, let go */
    HANDLE mutex = CreateMutexW(NULL, TRUE, L"Global\\ntdsbcli-restore");

    SetEvent(events[0]);
    WaitForSingleObject(events[1], 20000);
    ReleaseMutex(mutex);
    CloseHandle(mutex);
    return 0;
}

static void acquire__mutex_is_held_for_too_long__times_out_and_makes_nothing(void **state)
{
    HANDLE events[2] = {CreateEventW(NULL, TRUE, FALSE, NULL),
                        CreateEventW(NULL, TRUE, FALSE, NULL)};
    HANDLE thread = CreateThread(NULL, 0, hold_mutex, events, 0, NULL);
    struct interlock interlock = {0};
    HRESULT hr;

    (void)state;
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(events[0], 10000), WAIT_OBJECT_0);
    hr = interlock_acquire(&settings, &interlock, &test_registration);
    SetEvent(events[1]);
    assert_int_equal(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CloseHandle(thread);
    CloseHandle(events[0]);
    CloseHandle(events[1]);
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_true(logged(L"the mutex of restores"));
}

static DWORD WINAPI abandon_mutex(void *mutex)
{
    *(HANDLE *)mutex = CreateMutexW(NULL, TRUE, L"Global\\ntdsbcli-restore");
    return 0;
}

/* The restore that had it was killed; what it left half made has no owner that lives. */
static void acquire__mutex_was_abandoned__goes_on(void **state)
{
    struct interlock interlock = {0};
    HANDLE mutex = NULL;
    HANDLE thread = CreateThread(NULL, 0, abandon_mutex, &mutex, 0, NULL);

    (void)state;
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    assert_non_null(mutex);
    assert_hr(interlock_acquire(&settings, &interlock, &test_registration), S_OK);
    assert_registered();
    interlock_fini(&interlock);
    CloseHandle(mutex);
    CloseHandle(thread);
}

/* Whoever may open it can hold it, and with it every restore. */
static void mutex__made__is_for_the_system_and_administrators_only(void **state)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    HANDLE mutex = NULL;
    PACL list = NULL;
    void *entry;
    DWORD i;

    (void)state;
    assert_hr(interlock_lock(&settings, &mutex), S_OK);
    assert_int_equal(GetSecurityInfo(mutex, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
                                     &list, NULL, &descriptor),
                     ERROR_SUCCESS);
    assert_non_null(list);
    for (i = 0; GetAce(list, i, &entry); i++) {
        PSID sid = &((ACCESS_ALLOWED_ACE *)entry)->SidStart;

        assert_true(IsWellKnownSid(sid, WinLocalSystemSid) ||
                    IsWellKnownSid(sid, WinBuiltinAdministratorsSid));
    }
    assert_int_equal(i, 2);
    LocalFree(descriptor);
    interlock_unlock(mutex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(acquire__nothing_there__makes_key_record_and_marker, setup),
        cmocka_unit_test_setup(remove__after_acquire__takes_the_key_and_leaves_the_marker, setup),
        cmocka_unit_test_setup(put_back__after_acquire__takes_the_key_and_leaves_the_marker, setup),
        cmocka_unit_test_setup(acquire__epoch_is_there__deletes_it_and_keeps_it_in_the_record,
                               setup),
        cmocka_unit_test_setup(put_back__database_is_unchanged__epoch_comes_back, setup),
        cmocka_unit_test_setup(put_back__database_may_have_changed__epoch_stays_deleted, setup),
        cmocka_unit_test_setup(put_back__epoch_cannot_be_written__record_keeps_it_without_an_owner,
                               setup),
        cmocka_unit_test_setup(put_back__fails_anywhere__can_be_registered_again, setup),
        cmocka_unit_test_setup(acquire__takes_over__record_keeps_the_first_epoch, setup),
        cmocka_unit_test_setup(acquire__fails_anywhere__has_the_marker_and_the_epoch_is_never_lost,
                               setup),
        cmocka_unit_test_setup(acquire__record_cannot_be_flushed__epoch_was_not_touched, setup),
        cmocka_unit_test_setup(acquire__made__is_flushed_with_record_and_marker, setup),
        cmocka_unit_test_setup(remove__marker_cannot_be_flushed__keeps_the_key, setup),
        cmocka_unit_test_setup(remove__marker_and_epoch_were_changed__makes_them_as_they_should_be,
                               setup),
        cmocka_unit_test_setup(remove__nothing_was_changed__says_nothing_of_it, setup),
        cmocka_unit_test_setup(remove__marker_or_epoch_cannot_be_changed__keeps_the_key, setup),
        cmocka_unit_test_setup(mark__set__is_flushed_and_takes_the_epoch, setup),
        cmocka_unit_test_setup(state__marker_of_zero__is_not_marked, setup),
        cmocka_unit_test_setup(acquire__while_its_owner_is_alive__is_in_progress, setup),
        cmocka_unit_test_setup(acquire__owner_is_another_live_process__is_refused_until_it_ends,
                               setup),
        cmocka_unit_test_setup(acquire__owners_id_is_used_by_another_process__takes_over, setup),
        cmocka_unit_test_setup(acquire__key_of_another_program__takes_over_and_puts_back, setup),
        cmocka_unit_test_setup(leave__then_acquire__takes_over_and_puts_back_what_was_left, setup),
        cmocka_unit_test_setup(acquire__owner_lives_but_cannot_be_asked__is_never_taken_over,
                               setup),
        cmocka_unit_test_setup(remove__key_is_somebody_elses_by_now__leaves_it_alone, setup),
        cmocka_unit_test_setup(remove__somebody_has_deleted_the_key__is_no_failure, setup),
        cmocka_unit_test_setup(acquire__no_directory_registered__fails_and_makes_nothing, setup),
        cmocka_unit_test_setup(acquire__mutex_is_held_for_too_long__times_out_and_makes_nothing,
                               setup),
        cmocka_unit_test_setup(acquire__mutex_was_abandoned__goes_on, setup),
        cmocka_unit_test_setup(mutex__made__is_for_the_system_and_administrators_only, setup),
    };

    return cmocka_run_group_tests_name("interlock", tests, group_setup, group_teardown);
}

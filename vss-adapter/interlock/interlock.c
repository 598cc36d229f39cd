/*
 * interlock.c - makes, takes over, puts back and removes what interlock.h describes.
 *
 * One rule holds it together: whoever is told that the interlock is made finds the marker on
 * disk, so that no database can be replaced without it; only the key is ever removed after that.
 */
#include "interlock.h"
#include "interlock_layout.h"
#include "interlock_mutex.h"
#include "interlock_state.h"
#include "common/format.h"
#include "common/process_id.h"
#include "common/registration.h"
#include "common/report.h"

#include <wchar.h>

#define SERVICE_KEY_CHARS 320

#define CHANGED_BETWEEN                                                                            \
    L"the directory was started during the restore, or somebody changed the registry; "

#define ACCESS                                                                                     \
    (KEY_QUERY_VALUE | KEY_SET_VALUE | KEY_CREATE_SUB_KEY | KEY_ENUMERATE_SUB_KEYS | DELETE |      \
     KEY_WOW64_64KEY)

static const wchar_t *const key_values[INTERLOCK_KEY_VALUES] = {
    INTERLOCK_CHECKPOINT_FOLDER, INTERLOCK_LOG_FOLDER, INTERLOCK_BACKUP_LOG_FOLDER};

enum record_value
{
    RECORD_OWNER,
    RECORD_OWNER_START,
    RECORD_BACKUP_ID,
    RECORD_MAP,
    RECORD_GENERATION_LOW,
    RECORD_GENERATION_HIGH,
    RECORD_EPOCH
};

static const wchar_t *const record_values[INTERLOCK_RECORD_VALUES] = {
    [RECORD_OWNER] = INTERLOCK_OWNER,
    [RECORD_OWNER_START] = INTERLOCK_OWNER_START,
    [RECORD_BACKUP_ID] = INTERLOCK_BACKUP_ID,
    [RECORD_MAP] = INTERLOCK_MAP,
    [RECORD_GENERATION_LOW] = INTERLOCK_GENERATION_LOW,
    [RECORD_GENERATION_HIGH] = INTERLOCK_GENERATION_HIGH,
    [RECORD_EPOCH] = INTERLOCK_KEPT_EPOCH,
};

/* The keys that are open while something is changed. */
struct keys
{
    HANDLE mutex;
    const wchar_t *service; /* name of the first key, for the log */
    HKEY directory;
    HKEY parameters;
    HKEY key;    /* NULL where there is none */
    HKEY record; /* NULL where there is none */
};

static HRESULT from_status(const struct ntdsvss_settings *settings, const wchar_t *operation,
                           const wchar_t *object, LSTATUS status)
{
    return call_end(settings, operation, object, HRESULT_FROM_WIN32((DWORD)status));
}

static void close_keys(struct keys *keys)
{
    if (keys->record)
        RegCloseKey(keys->record);
    if (keys->key)
        RegCloseKey(keys->key);
    if (keys->parameters)
        RegCloseKey(keys->parameters);
    if (keys->directory)
        RegCloseKey(keys->directory);
    interlock_unlock(keys->mutex);
    memset(keys, 0, sizeof(*keys));
}

/* The mutex, and the keys that every directory has. close_keys in every state. */
static HRESULT open_directory(const struct ntdsvss_settings *settings,
                              const struct interlock *interlock, struct keys *keys)
{
    wchar_t path[SERVICE_KEY_CHARS];
    HRESULT hr = interlock_lock(settings, &keys->mutex);

    if (FAILED(hr))
        return hr;
    keys->service = interlock->service ? interlock->service : REGISTRATION_NTDS;
    format_text(path, SERVICE_KEY_CHARS, L"%ls%ls", REGISTRATION_SERVICES, keys->service);
    hr = from_status(settings, L"Opening the registry key", path,
                     RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, ACCESS, &keys->directory));
    if (FAILED(hr))
        return hr;
    return from_status(
        settings, L"Opening the registry key of the service's " INTERLOCK_PARAMETERS, path,
        RegOpenKeyExW(keys->directory, INTERLOCK_PARAMETERS, 0, ACCESS, &keys->parameters));
}

/* The interlock where there is one: a key that is missing stays NULL and is no failure. */
static HRESULT open_interlock(const struct ntdsvss_settings *settings, struct keys *keys)
{
    LSTATUS status = RegOpenKeyExW(keys->directory, INTERLOCK_KEY_NAME, 0, ACCESS, &keys->key);

    if (status == ERROR_SUCCESS)
        status = RegOpenKeyExW(keys->key, INTERLOCK_RECORD_NAME, 0, ACCESS, &keys->record);
    if (status == ERROR_FILE_NOT_FOUND)
        status = ERROR_SUCCESS;
    return from_status(settings, L"Opening the interlock", INTERLOCK_KEY_NAME, status);
}

static LSTATUS read_number(HKEY record, enum record_value which, DWORD flags, void *number,
                           DWORD byte_count)
{
    return RegGetValueW(record, NULL, record_values[which], flags, NULL, number, &byte_count);
}

/* Nobody where the record does not say; a record that cannot be read may be somebody's. */
static HRESULT read_owner(const struct ntdsvss_settings *settings, HKEY record,
                          struct process_id *owner)
{
    LSTATUS status = ERROR_FILE_NOT_FOUND;

    memset(owner, 0, sizeof(*owner));
    if (record)
        status = read_number(record, RECORD_OWNER, RRF_RT_REG_DWORD, &owner->process,
                             sizeof(owner->process));
    if (status == ERROR_SUCCESS)
        status = read_number(record, RECORD_OWNER_START, RRF_RT_REG_QWORD, &owner->start,
                             sizeof(owner->start));
    if (status == ERROR_SUCCESS)
        return S_OK;
    memset(owner, 0, sizeof(*owner));
    if (status == ERROR_FILE_NOT_FOUND || status == ERROR_UNSUPPORTED_TYPE ||
        status == ERROR_MORE_DATA)
        return S_OK;
    return from_status(settings, L"Reading the owner of", INTERLOCK_KEY_NAME, status);
}

/* S_OK, NTDSVSS_E_RESTORE_IN_PROGRESS for another's, or why it cannot be told. */
static HRESULT check_own(const struct ntdsvss_settings *settings, HKEY record)
{
    struct process_id self, owner;
    HRESULT hr = read_owner(settings, record, &owner);

    if (SUCCEEDED(hr))
        hr = call_end(settings, L"Reading the creation time of this process", NULL,
                      process_id_self(&self));
    if (FAILED(hr) || (owner.process == self.process && owner.start == self.start))
        return hr;
    return call_end(settings, L"Looking for this restore's record in", INTERLOCK_KEY_NAME,
                    NTDSVSS_E_RESTORE_IN_PROGRESS);
}

/* --- values ------------------------------------------------------------------------------- */

static HRESULT set_value(const struct ntdsvss_settings *settings, HKEY key, const wchar_t *name,
                         DWORD type, const void *data, size_t byte_count)
{
    return from_status(settings, L"Writing the registry value", name,
                       RegSetValueExW(key, name, 0, type, data, (DWORD)byte_count));
}

static HRESULT set_text(const struct ntdsvss_settings *settings, HKEY key, const wchar_t *name,
                        const wchar_t *text)
{
    return set_value(settings, key, name, REG_SZ, text, (wcslen(text) + 1) * sizeof(*text));
}

static HRESULT set_number(const struct ntdsvss_settings *settings, HKEY key, const wchar_t *name,
                          DWORD number)
{
    return set_value(settings, key, name, REG_DWORD, &number, sizeof(number));
}

static HRESULT write_key(const struct ntdsvss_settings *settings, HKEY key,
                         const struct ntdsvss_registration *registration)
{
    HRESULT hr = set_text(settings, key, key_values[0], registration->checkpoint_folder);

    if (SUCCEEDED(hr))
        hr = set_text(settings, key, key_values[1], registration->log_folder);
    if (SUCCEEDED(hr))
        hr = set_text(settings, key, key_values[2], registration->backup_log_folder);
    return hr;
}

static HRESULT write_record(const struct ntdsvss_settings *settings, HKEY record,
                            const struct ntdsvss_registration *registration)
{
    struct process_id self;
    HRESULT hr = call_end(settings, L"Reading the creation time of this process", NULL,
                          process_id_self(&self));

    /* Without its other half an owner is nobody: whatever is cut short here can be taken over. */
    if (SUCCEEDED(hr))
        hr = set_number(settings, record, record_values[RECORD_OWNER], self.process);
    if (SUCCEEDED(hr))
        hr = set_value(settings, record, record_values[RECORD_OWNER_START], REG_QWORD, &self.start,
                       sizeof(self.start));
    if (SUCCEEDED(hr))
        hr = set_text(settings, record, record_values[RECORD_BACKUP_ID], registration->backup_id);
    if (SUCCEEDED(hr))
        hr = set_text(settings, record, record_values[RECORD_MAP], registration->map);
    if (SUCCEEDED(hr))
        hr = set_number(settings, record, record_values[RECORD_GENERATION_LOW],
                        registration->generation_low);
    if (SUCCEEDED(hr))
        hr = set_number(settings, record, record_values[RECORD_GENERATION_HIGH],
                        registration->generation_high);
    return hr;
}

static HRESULT flush(const struct ntdsvss_settings *settings, HKEY key, const wchar_t *name)
{
    call_begin(settings, L"RegFlushKey");
    return from_status(settings, L"RegFlushKey", name, RegFlushKey(key));
}

/* --- acquire ------------------------------------------------------------------------------ */

static HRESULT refuse_live_owner(const struct ntdsvss_settings *settings, const struct keys *keys)
{
    struct process_id owner;
    wchar_t who[40];
    HRESULT hr = read_owner(settings, keys->record, &owner);

    if (FAILED(hr))
        return hr;
    if (process_id_is_alive(&owner)) {
        format_text(who, ARRAYSIZE(who), L"owned by process %lu", owner.process);
        return call_end(settings, L"Taking the interlock", who, NTDSVSS_E_RESTORE_IN_PROGRESS);
    }
    if (!keys->record)
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"Taking over a restore that another product registered");
    else if (owner.process)
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"Taking over the restore of process %lu, which ended without completing it",
                    owner.process);
    else
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"Taking over a restore that ended without being completed");
    return S_OK;
}

/* So that a failure further on can be undone. */
static HRESULT keep_values(const struct ntdsvss_settings *settings, const struct keys *keys,
                           struct interlock *interlock)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && keys->key && i < INTERLOCK_KEY_VALUES; i++)
        hr = saved_value_keep(&interlock->key_values[i], keys->key, key_values[i]);
    for (i = 0; SUCCEEDED(hr) && keys->record && i < INTERLOCK_RECORD_VALUES; i++)
        hr = saved_value_keep(&interlock->record_values[i], keys->record, record_values[i]);
    if (SUCCEEDED(hr))
        hr = saved_value_keep(&interlock->epoch, keys->parameters, INTERLOCK_EPOCH);
    interlock->taken_over = keys->key != NULL;
    interlock->record_existed = keys->record != NULL;
    return call_end(settings, L"Reading what an earlier restore left", NULL, hr);
}

/* Where the key exists already it is opened: only a new key makes an owner, under the mutex. */
static HRESULT create_key(const struct ntdsvss_settings *settings, HKEY parent, const wchar_t *name,
                          bool must_be_new, HKEY *key)
{
    DWORD disposition = 0;
    HRESULT hr = from_status(settings, L"Creating the registry key", name,
                             RegCreateKeyExW(parent, name, 0, NULL, REG_OPTION_NON_VOLATILE, ACCESS,
                                             NULL, key, &disposition));

    if (FAILED(hr))
        return hr;
    if (must_be_new && disposition != REG_CREATED_NEW_KEY)
        return call_end(settings, L"Taking the interlock",
                        L"another program created it at the same moment",
                        NTDSVSS_E_RESTORE_IN_PROGRESS);
    return S_OK;
}

/*
 * The record keeps it on disk before it goes. A takeover finds it gone, and the record has what the
 * earlier restore kept.
 */
static HRESULT take_epoch(const struct ntdsvss_settings *settings, const struct keys *keys,
                          const struct interlock *interlock)
{
    const struct saved_value *epoch = &interlock->epoch;
    HRESULT hr = S_OK;

    if (epoch->existed)
        hr = set_value(settings, keys->record, record_values[RECORD_EPOCH], epoch->type,
                       epoch->data, epoch->byte_count);
    if (SUCCEEDED(hr))
        hr = flush(settings, keys->key, INTERLOCK_KEY_NAME);
    if (SUCCEEDED(hr) && epoch->existed)
        hr = from_status(settings, L"Deleting the registry value", INTERLOCK_EPOCH,
                         RegDeleteValueW(keys->parameters, INTERLOCK_EPOCH));
    return hr;
}

static HRESULT write_all(const struct ntdsvss_settings *settings, struct keys *keys,
                         const struct interlock *interlock,
                         const struct ntdsvss_registration *registration)
{
    /* The marker first: whatever fails after it, an old database is recognised. */
    HRESULT hr = set_number(settings, keys->parameters, INTERLOCK_MARKER, 1);

    if (SUCCEEDED(hr))
        hr = write_key(settings, keys->key, registration);
    if (SUCCEEDED(hr) && !keys->record)
        hr = create_key(settings, keys->key, INTERLOCK_RECORD_NAME, false, &keys->record);
    if (SUCCEEDED(hr))
        hr = write_record(settings, keys->record, registration);
    if (SUCCEEDED(hr))
        hr = take_epoch(settings, keys, interlock);
    if (SUCCEEDED(hr))
        hr = flush(settings, keys->parameters, INTERLOCK_PARAMETERS);
    return hr;
}

static HRESULT undo(const struct ntdsvss_settings *settings, struct keys *keys,
                    const struct interlock *interlock);

/* What is left belongs to nobody: this process lives on, and would be in the way of every other
 * restore. */
static void disown(const struct ntdsvss_settings *settings, const struct keys *keys)
{
    LSTATUS status = ERROR_FILE_NOT_FOUND;

    if (keys->record)
        status = RegDeleteValueW(keys->record, record_values[RECORD_OWNER]);
    if (status != ERROR_FILE_NOT_FOUND)
        from_status(settings, L"Giving up the interlock", INTERLOCK_KEY_NAME, status);
    if (keys->key)
        flush(settings, keys->key, INTERLOCK_KEY_NAME);
}

HRESULT interlock_acquire(const struct ntdsvss_settings *settings, struct interlock *interlock,
                          const struct ntdsvss_registration *registration)
{
    struct keys keys = {0};
    bool changed = false;
    HRESULT hr = open_directory(settings, interlock, &keys);

    if (SUCCEEDED(hr))
        hr = open_interlock(settings, &keys);
    if (SUCCEEDED(hr) && keys.key)
        hr = refuse_live_owner(settings, &keys);
    if (SUCCEEDED(hr))
        hr = keep_values(settings, &keys, interlock);
    if (SUCCEEDED(hr) && !keys.key)
        hr = create_key(settings, keys.directory, INTERLOCK_KEY_NAME, true, &keys.key);
    if (SUCCEEDED(hr)) {
        changed = true;
        hr = write_all(settings, &keys, interlock, registration);
    }
    if (SUCCEEDED(hr)) {
        interlock->held = true;
        report_line(settings, NTDSVSS_LEVEL_INFO,
                    L"Restore In Progress and the marker "
                    L"\"" INTERLOCK_MARKER L"\" are set, \"" INTERLOCK_EPOCH L"\" is %ls",
                    interlock->epoch.existed ? L"deleted" : L"not there");
    } else if (changed && FAILED(undo(settings, &keys, interlock))) {
        disown(settings, &keys);
    }
    close_keys(&keys);
    if (FAILED(hr))
        interlock_fini(interlock);
    return hr;
}

/* --- put back, remove, leave -------------------------------------------------------------- */

static HRESULT delete_tree(const struct ntdsvss_settings *settings, HKEY parent,
                           const wchar_t *name)
{
    LSTATUS status = RegDeleteTreeW(parent, name);

    return from_status(settings, L"Deleting the registry key", name,
                       status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status);
}

static HRESULT put_back_key(const struct ntdsvss_settings *settings, struct keys *keys,
                            const struct interlock *interlock)
{
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < INTERLOCK_KEY_VALUES; i++)
        hr = saved_value_put_back(&interlock->key_values[i], keys->key, key_values[i]);
    if (!interlock->record_existed) {
        HRESULT deleted = delete_tree(settings, keys->key, INTERLOCK_RECORD_NAME);

        return SUCCEEDED(hr) ? deleted : hr;
    }
    for (i = 0; SUCCEEDED(hr) && keys->record && i < INTERLOCK_RECORD_VALUES; i++)
        hr = saved_value_put_back(&interlock->record_values[i], keys->record, record_values[i]);
    return call_end(settings, L"Putting back", INTERLOCK_KEY_NAME, hr);
}

/* With another database than its own the epoch would keep the directory from starting. */
static HRESULT put_back_epoch(const struct ntdsvss_settings *settings, const struct keys *keys,
                              const struct interlock *interlock)
{
    HRESULT hr;

    if (!interlock->epoch.existed)
        return S_OK;
    if (!interlock->is_database_unchanged) {
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"\"" INTERLOCK_EPOCH L"\" stays deleted, because the database may have been "
                    L"replaced already");
        return S_OK;
    }
    hr = call_end(settings, L"Putting back the registry value", INTERLOCK_EPOCH,
                  saved_value_put_back(&interlock->epoch, keys->parameters, INTERLOCK_EPOCH));
    if (SUCCEEDED(hr))
        hr = flush(settings, keys->parameters, INTERLOCK_PARAMETERS);
    return hr;
}

/*
 * The marker stays: older programs copy before they register, and an old database without it starts
 * as its own past. With it, a database that was not replaced only gets a new invocation id.
 */
static HRESULT undo(const struct ntdsvss_settings *settings, struct keys *keys,
                    const struct interlock *interlock)
{
    /* First, while the record still has it; the record stays if it is the only one that has it. */
    HRESULT hr = put_back_epoch(settings, keys, interlock);
    HRESULT flush_hr;

    if (SUCCEEDED(hr) && interlock->taken_over)
        hr = put_back_key(settings, keys, interlock);
    else if (SUCCEEDED(hr))
        hr = delete_tree(settings, keys->directory, INTERLOCK_KEY_NAME);
    flush_hr = flush(settings, keys->directory, keys->service);
    if (FAILED(hr)) {
        report_line(settings, NTDSVSS_LEVEL_ERROR,
                    L"Restore In Progress could not be put back (0x%08lx): it stays, as does the "
                    L"marker. The next restore takes it over",
                    (unsigned long)hr);
        return hr;
    }
    report_line(
        settings, NTDSVSS_LEVEL_WARNING,
        L"Restore In Progress is as it was before; the marker stays, because files may have "
        L"been replaced already");
    return flush_hr;
}

/* Opens the interlock for a change by its owner. */
static HRESULT open_own(const struct ntdsvss_settings *settings, const struct interlock *interlock,
                        struct keys *keys)
{
    HRESULT hr = open_directory(settings, interlock, keys);

    if (SUCCEEDED(hr))
        hr = open_interlock(settings, keys);
    if (SUCCEEDED(hr) && keys->key)
        hr = check_own(settings, keys->record);
    return hr;
}

HRESULT interlock_put_back(const struct ntdsvss_settings *settings, struct interlock *interlock)
{
    struct keys keys = {0};
    HRESULT hr = open_own(settings, interlock, &keys);

    if (SUCCEEDED(hr) && keys.key)
        hr = undo(settings, &keys, interlock);
    close_keys(&keys);
    if (FAILED(hr))
        interlock_leave(settings, interlock);
    interlock->held = false;
    return hr;
}

/*
 * As they were set: a directory that ran in between has taken the marker for the database that was
 * there, and written an epoch of that one. Both would be wrong for the restored one.
 */
static HRESULT set_again(const struct ntdsvss_settings *settings, HKEY parameters)
{
    DWORD marker = 0, byte_count = sizeof(marker);
    LSTATUS status = RegGetValueW(parameters, NULL, INTERLOCK_MARKER, RRF_RT_REG_DWORD, NULL,
                                  &marker, &byte_count);
    HRESULT hr = set_number(settings, parameters, INTERLOCK_MARKER, 1);

    if (FAILED(hr))
        return hr;
    if (status != ERROR_SUCCESS || !marker)
        report_line(
            settings, NTDSVSS_LEVEL_WARNING,
            L"\"" INTERLOCK_MARKER L"\" was not set any more: " CHANGED_BETWEEN L"set again");
    status = RegDeleteValueW(parameters, INTERLOCK_EPOCH);
    if (status == ERROR_FILE_NOT_FOUND)
        return S_OK;
    if (status == ERROR_SUCCESS)
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"\"" INTERLOCK_EPOCH L"\" was there again: " CHANGED_BETWEEN L"deleted");
    return from_status(settings, L"Deleting the registry value", INTERLOCK_EPOCH, status);
}

HRESULT interlock_remove(const struct ntdsvss_settings *settings, struct interlock *interlock)
{
    struct keys keys = {0};
    HRESULT hr = open_own(settings, interlock, &keys);

    if (SUCCEEDED(hr) && !keys.key)
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"Restore In Progress was already removed, not by this restore");
    if (SUCCEEDED(hr))
        hr = set_again(settings, keys.parameters);
    /* The marker, and all that came before, is on disk when the key goes. */
    if (SUCCEEDED(hr))
        hr = flush(settings, keys.parameters, INTERLOCK_PARAMETERS);
    if (SUCCEEDED(hr))
        hr = delete_tree(settings, keys.directory, INTERLOCK_KEY_NAME);
    if (SUCCEEDED(hr)) {
        interlock->held = false;
        flush(settings, keys.directory,
              keys.service); /* an interlock that comes back does no harm */
        report_line(settings, NTDSVSS_LEVEL_INFO,
                    L"Restore In Progress is removed, the marker is set");
    }
    close_keys(&keys);
    return hr;
}

void interlock_leave(const struct ntdsvss_settings *settings, struct interlock *interlock)
{
    struct keys keys = {0};
    HRESULT hr;

    if (!interlock->held)
        return;
    interlock->held = false;
    hr = open_own(settings, interlock, &keys);
    if (SUCCEEDED(hr))
        disown(settings, &keys);
    if (FAILED(hr) || keys.key)
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"The restore was not completed: Restore In Progress and the marker stay");
    close_keys(&keys);
}

void interlock_fini(struct interlock *interlock)
{
    size_t i;

    for (i = 0; i < INTERLOCK_KEY_VALUES; i++)
        saved_value_fini(&interlock->key_values[i]);
    for (i = 0; i < INTERLOCK_RECORD_VALUES; i++)
        saved_value_fini(&interlock->record_values[i]);
    saved_value_fini(&interlock->epoch);
    *interlock = (struct interlock){.service = interlock->service};
}

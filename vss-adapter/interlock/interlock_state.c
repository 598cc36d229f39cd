/*
 * interlock_state.c - reads what interlock.c writes.
 */
#include "interlock_state.h"

#include "common/registration.h"
#include "common/registry_text.h"
#include "interlock_layout.h"

#include <stdlib.h>
#include <string.h>

#define NTDS_KEY   REGISTRATION_SERVICES REGISTRATION_NTDS L"\\"
#define PARAMETERS NTDS_KEY INTERLOCK_PARAMETERS

/* NULL if it is not there, or cannot be read. */
static wchar_t *read_text(HKEY key, const wchar_t *value)
{
    wchar_t *text = NULL;

    return registry_read_text(key, NULL, value, &text) == ERROR_SUCCESS ? text : NULL;
}

static bool read_number(HKEY key, const wchar_t *value, DWORD type, void *number, DWORD byte_count)
{
    return RegGetValueW(key, NULL, value, type, NULL, number, &byte_count) == ERROR_SUCCESS;
}

static void read_record(struct interlock_state *state, HKEY record)
{
    struct process_id owner;

    state->has_record = true;
    state->backup_id = read_text(record, INTERLOCK_BACKUP_ID);
    if (read_number(record, INTERLOCK_OWNER, RRF_RT_REG_DWORD, &owner.process,
                    sizeof(owner.process)) &&
        read_number(record, INTERLOCK_OWNER_START, RRF_RT_REG_QWORD, &owner.start,
                    sizeof(owner.start)))
        state->owner = owner;
    read_number(record, INTERLOCK_GENERATION_LOW, RRF_RT_REG_DWORD, &state->generation_low,
                sizeof(state->generation_low));
    read_number(record, INTERLOCK_GENERATION_HIGH, RRF_RT_REG_DWORD, &state->generation_high,
                sizeof(state->generation_high));
}

static void read_key(struct interlock_state *state, HKEY key)
{
    HKEY record;

    state->checkpoint_folder = read_text(key, INTERLOCK_CHECKPOINT_FOLDER);
    state->log_folder = read_text(key, INTERLOCK_LOG_FOLDER);
    state->backup_log_folder = read_text(key, INTERLOCK_BACKUP_LOG_FOLDER);
    if (RegOpenKeyExW(key, INTERLOCK_RECORD_NAME, 0, KEY_QUERY_VALUE, &record) != ERROR_SUCCESS)
        return;
    read_record(state, record);
    RegCloseKey(record);
}

void interlock_state_read(struct interlock_state *state)
{
    DWORD byte_count = sizeof(DWORD);
    DWORD marker = 0;
    HKEY key;

    memset(state, 0, sizeof(*state));
    state->status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, NTDS_KEY INTERLOCK_KEY_NAME, 0,
                                  KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS, &key);
    if (state->status == ERROR_SUCCESS) {
        read_key(state, key);
        RegCloseKey(key);
    }
    state->is_marked =
        RegGetValueW(HKEY_LOCAL_MACHINE, PARAMETERS, INTERLOCK_MARKER, RRF_RT_REG_DWORD, NULL,
                     &marker, &byte_count) == ERROR_SUCCESS &&
        marker != 0;
    state->has_epoch = RegGetValueW(HKEY_LOCAL_MACHINE, PARAMETERS, INTERLOCK_EPOCH, RRF_RT_ANY,
                                    NULL, NULL, NULL) != ERROR_FILE_NOT_FOUND;
}

void interlock_state_fini(struct interlock_state *state)
{
    free(state->checkpoint_folder);
    free(state->log_folder);
    free(state->backup_log_folder);
    free(state->backup_id);
    memset(state, 0, sizeof(*state));
}

/* RegFlushKey needs KEY_QUERY_VALUE, as Microsoft Learn says of it. */
LSTATUS interlock_state_mark(void)
{
    static const DWORD set = 1;
    HKEY key;
    LSTATUS status =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, PARAMETERS, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, &key);

    if (status != ERROR_SUCCESS)
        return status;
    status = RegSetValueExW(key, INTERLOCK_MARKER, 0, REG_DWORD, (const BYTE *)&set, sizeof(set));
    if (status == ERROR_SUCCESS)
        status = RegDeleteValueW(key, INTERLOCK_EPOCH);
    if (status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND)
        status = RegFlushKey(key);
    RegCloseKey(key);
    return status;
}

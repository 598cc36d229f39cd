/*
 * Fault injection.
 *
 * Must not know: what a call means; the callers ask at the place where a fault would be born.
 */
#include "fault.h"

#include "embedded_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FAULTS 16
#define TEXT_CHARS 512

struct fault
{
    char call[48];
    enum fault_phase phase;
    unsigned long nth; /* 0: every time */
    unsigned long seen;
    HRESULT hr;
    DWORD delay_ms;
};

/* Guards everything below: the parsed list and its counters, which live as long as the text stays
 * the same. */
static SRWLOCK lock = SRWLOCK_INIT;
static WCHAR parsed_text[TEXT_CHARS];
static struct fault faults[MAX_FAULTS];
static size_t fault_count;

static BOOL parse_phase(const char *text, enum fault_phase *phase)
{
    static const char *const names[FAULT_PHASE_COUNT] = {"call", "async", "writer"};
    for (size_t i = 0; i < FAULT_PHASE_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *phase = (enum fault_phase)i;
            return TRUE;
        }
    }
    return FALSE;
}

/* One "Call[:phase][:nth]=HRESULT[,delay]"; what does not parse is not injected. */
static BOOL parse_one(char *text, struct fault *fault)
{
    memset(fault, 0, sizeof(*fault));
    char *value = strchr(text, '=');
    if (value == NULL)
        return FALSE;
    *value++ = '\0';
    char *end = NULL;
    fault->hr = (HRESULT)strtoul(value, &end, 0);
    if (end == value || (*end != '\0' && *end != ','))
        return FALSE;
    if (*end == ',')
        fault->delay_ms = strtoul(end + 1, &end, 10);
    if (*end != '\0')
        return FALSE;

    char *part = strchr(text, ':');
    while (part != NULL) {
        *part++ = '\0';
        char *next = strchr(part, ':');
        if (next != NULL)
            *next = '\0';
        if (!parse_phase(part, &fault->phase)) {
            fault->nth = strtoul(part, &end, 10);
            if (end == part || *end != '\0')
                return FALSE;
        }
        if (next != NULL)
            *next = ':';
        part = next;
    }
    snprintf(fault->call, sizeof(fault->call), "%s", text);
    return TRUE;
}

/* Under the lock. */
static void refresh(void)
{
    WCHAR text[TEXT_CHARS];
    embedded_settings_string(SETTINGS_KEY, L"Fault", L"VSSAPI_FAULT", text, ARRAYSIZE(text));
    if (wcscmp(text, parsed_text) == 0)
        return;
    memcpy(parsed_text, text, sizeof(parsed_text));
    fault_count = 0;
    char narrow[TEXT_CHARS];
    snprintf(narrow, sizeof(narrow), "%ls", text);
    for (char *one = strtok(narrow, "; "); one != NULL && fault_count < MAX_FAULTS;
         one = strtok(NULL, "; "))
        if (parse_one(one, &faults[fault_count]))
            fault_count++;
}

HRESULT fault_at(const char *call, enum fault_phase phase, HANDLE cancel)
{
    HRESULT hr = S_OK;
    DWORD delay_ms = 0;
    BOOL found = FALSE;
    AcquireSRWLockExclusive(&lock);
    refresh();
    for (size_t i = 0; i < fault_count; i++) {
        struct fault *fault = &faults[i];
        if (fault->phase != phase || strcmp(fault->call, call) != 0)
            continue;
        fault->seen++;
        if (fault->nth != 0 && fault->nth != fault->seen)
            continue;
        /* The first one wins, but each counts every call. */
        if (!found) {
            hr = fault->hr;
            delay_ms = fault->delay_ms;
        }
        found = TRUE;
    }
    ReleaseSRWLockExclusive(&lock);
    if (delay_ms > 0) {
        if (cancel != NULL)
            WaitForSingleObject(cancel, delay_ms);
        else
            Sleep(delay_ms);
    }
    return hr;
}

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
static wchar_t parsed_text[TEXT_CHARS];
static struct fault faults[MAX_FAULTS];
static size_t fault_count;

static bool parse_phase(const char *text, enum fault_phase *phase)
{
    static const char *const names[FAULT_PHASE_COUNT] = {"call", "async", "writer"};
    size_t i;

    for (i = 0; i < FAULT_PHASE_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *phase = (enum fault_phase)i;
            return true;
        }
    }
    return false;
}

/* One "Call[:phase][:nth]=HRESULT[,delay]"; what does not parse is not injected. */
static bool parse_one(char *text, struct fault *fault)
{
    char *value, *end, *part;

    memset(fault, 0, sizeof(*fault));
    value = strchr(text, '=');
    if (!value)
        return false;
    *value++ = 0;
    end = NULL;
    fault->hr = (HRESULT)strtoul(value, &end, 0);
    if (end == value || (*end && *end != ','))
        return false;
    if (*end == ',')
        fault->delay_ms = strtoul(end + 1, &end, 10);
    if (*end)
        return false;

    part = strchr(text, ':');
    while (part) {
        char *next;

        *part++ = 0;
        next = strchr(part, ':');
        if (next)
            *next = 0;
        if (!parse_phase(part, &fault->phase)) {
            fault->nth = strtoul(part, &end, 10);
            if (end == part || *end)
                return false;
        }
        if (next)
            *next = ':';
        part = next;
    }
    snprintf(fault->call, sizeof(fault->call), "%s", text);
    return true;
}

/* Under the lock. */
static void refresh(void)
{
    wchar_t text[TEXT_CHARS];
    char narrow[TEXT_CHARS];
    char *one;

    embedded_settings_string(SETTINGS_KEY, L"Fault", L"VSSAPI_FAULT", text, ARRAYSIZE(text));
    if (wcscmp(text, parsed_text) == 0)
        return;
    memcpy(parsed_text, text, sizeof(parsed_text));
    fault_count = 0;
    snprintf(narrow, sizeof(narrow), "%ls", text);
    for (one = strtok(narrow, "; "); one && fault_count < MAX_FAULTS; one = strtok(NULL, "; "))
        if (parse_one(one, &faults[fault_count]))
            fault_count++;
}

HRESULT fault_at(const char *call, enum fault_phase phase, HANDLE cancel)
{
    HRESULT hr = S_OK;
    DWORD delay_ms = 0;
    bool found = false;
    size_t i;

    AcquireSRWLockExclusive(&lock);
    refresh();
    for (i = 0; i < fault_count; i++) {
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
        found = true;
    }
    ReleaseSRWLockExclusive(&lock);
    if (delay_ms > 0) {
        if (cancel)
            WaitForSingleObject(cancel, delay_ms);
        else
            Sleep(delay_ms);
    }
    return hr;
}

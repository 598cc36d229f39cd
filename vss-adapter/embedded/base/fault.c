/*
 * fault.c - parses the faults and finds the one for a call.
 */
#include "fault.h"
#include "embedded_settings.h"

#include <stdbool.h>
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

/*
 * Guards everything below: the parsed faults and their counters, which live as long as the text
 * stays the same.
 */
static SRWLOCK lock = SRWLOCK_INIT;
static wchar_t parsed_text[TEXT_CHARS];
static struct fault faults[MAX_FAULTS];
static size_t fault_count;

/* A phase by its name, or the number of the call. */
static bool parse_part(const char *part, struct fault *fault)
{
    static const char *const names[FAULT_PHASE_COUNT] = {"call", "async", "writer"};
    char *end;
    size_t i;

    for (i = 0; i < FAULT_PHASE_COUNT; i++) {
        if (strcmp(part, names[i]) == 0) {
            fault->phase = (enum fault_phase)i;
            return true;
        }
    }
    fault->nth = strtoul(part, &end, 10);
    return end != part && !*end;
}

/* One "Call[:phase][:nth]=HRESULT[,delay]". */
static bool parse_one(char *text, struct fault *fault)
{
    char *value = strchr(text, '=');
    char *part, *end;

    memset(fault, 0, sizeof(*fault));
    if (!value)
        return false;
    *value++ = 0;
    fault->hr = (HRESULT)strtoul(value, &end, 0);
    if (end != value && *end == ',')
        fault->delay_ms = strtoul(end + 1, &end, 10);
    if (end == value || *end)
        return false;
    while ((part = strrchr(text, ':')) != NULL) {
        *part = 0;
        if (!parse_part(part + 1, fault))
            return false;
    }
    if (strlen(text) >= sizeof(fault->call))
        return false;
    strcpy(fault->call, text);
    return true;
}

/* Under the lock. */
static void refresh(void)
{
    wchar_t text[TEXT_CHARS];
    char narrow[TEXT_CHARS * 3] = "";
    char *one;

    embedded_settings_string(SETTINGS_KEY, L"Fault", L"VSSAPI_FAULT", text, ARRAYSIZE(text));
    if (wcscmp(text, parsed_text) == 0)
        return;
    memcpy(parsed_text, text, sizeof(parsed_text));
    fault_count = 0;
    WideCharToMultiByte(CP_UTF8, 0, text, -1, narrow, sizeof(narrow), NULL, NULL);
    for (one = strtok(narrow, "; "); one && fault_count < MAX_FAULTS; one = strtok(NULL, "; "))
        fault_count += parse_one(one, &faults[fault_count]);
}

HRESULT fault_at(const char *call, enum fault_phase phase, HANDLE cancel)
{
    const struct fault *first = NULL;
    HRESULT hr = S_OK;
    DWORD delay_ms = 0;
    size_t i;

    AcquireSRWLockExclusive(&lock);
    refresh();
    /* The first fault that fits wins, but each counts every call. */
    for (i = 0; i < fault_count; i++) {
        struct fault *fault = &faults[i];

        if (fault->phase != phase || strcmp(fault->call, call) != 0)
            continue;
        fault->seen++;
        if (!first && (!fault->nth || fault->nth == fault->seen))
            first = fault;
    }
    if (first) {
        hr = first->hr;
        delay_ms = first->delay_ms;
    }
    ReleaseSRWLockExclusive(&lock);
    if (cancel)
        WaitForSingleObject(cancel, delay_ms);
    else
        Sleep(delay_ms);
    return hr;
}

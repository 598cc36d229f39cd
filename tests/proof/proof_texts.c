/*
 * proof_texts.c - finds words and numbers in what other programs print.
 */
#include "proof_texts.h"

#include <stdlib.h>
#include <string.h>

#define DEVICE      "HarddiskVolumeShadowCopy"
#define SHADOWS_MAX 512u
#define GUID_CHARS  36u

size_t proof_texts_shadows(const char *text)
{
    unsigned long seen[SHADOWS_MAX];
    size_t count = 0;
    size_t i;

    while ((text = strstr(text, DEVICE)) != NULL) {
        unsigned long number;

        text += strlen(DEVICE);
        number = strtoul(text, NULL, 10);
        for (i = 0; i < count && seen[i] != number; i++)
            continue;
        if (i == count && count < SHADOWS_MAX)
            seen[count++] = number;
    }
    return count;
}

void proof_texts_header(const char *text, struct proof_texts_header *header)
{
    const char *state = strstr(text, "State: ");
    const char *logs = strstr(text, "Log Required: ");
    char *end;

    memset(header, 0, sizeof(*header));
    if (!state || !logs)
        return;
    state += strlen("State: ");
    header->is_clean = strncmp(state, "Clean Shutdown", 14) == 0;
    header->is_known = header->is_clean || strncmp(state, "Dirty Shutdown", 14) == 0;
    header->first_log = (uint32_t)strtoul(logs + strlen("Log Required: "), &end, 10);
    if (*end == '-')
        header->last_log = (uint32_t)strtoul(end + 1, NULL, 10);
}

void proof_texts_verified(const char *text, struct proof_texts_header *header)
{
    const char *state = strstr(text, "state: ");
    const char *logs = strstr(text, "logs: needs ");
    char *end;

    memset(header, 0, sizeof(*header));
    if (!state)
        return;
    state += strlen("state: ");
    header->is_clean = strncmp(state, "clean shutdown", 14) == 0;
    header->is_known = header->is_clean || strncmp(state, "dirty shutdown", 14) == 0;
    if (!logs)
        return;
    header->first_log = (uint32_t)strtoul(logs + strlen("logs: needs "), &end, 16);
    if (strncmp(end, " to ", 4) == 0)
        header->last_log = (uint32_t)strtoul(end + 4, NULL, 16);
}

enum proof_expiry proof_texts_expiry(const char *text)
{
    static const char *const sources[] = {
        [PROOF_EXPIRY_DIRECTORY] = "(the tombstone lifetime of the directory)",
        [PROOF_EXPIRY_ASSUMED] = "(assumed",
        [PROOF_EXPIRY_WRITER] = "(as the NTDS writer says)",
        [PROOF_EXPIRY_SETTING] = "(set by ExpiryDays)",
    };
    const char *line = strstr(text, "The backup expires ");
    const char *found;
    size_t i;

    for (i = PROOF_EXPIRY_DIRECTORY; line && i <= PROOF_EXPIRY_SETTING; i++) {
        found = strstr(line, sources[i]);
        if (found && found < line + strcspn(line, "\r\n"))
            return (enum proof_expiry)i;
    }
    return PROOF_EXPIRY_NONE;
}

int64_t proof_texts_number(const char *json, const char *name)
{
    const size_t length = strlen(name);
    const char *start = json;

    for (json = strstr(json, name); json; json = strstr(json + length, name)) {
        if (json > start && json[-1] == '"' && strncmp(json + length, "\": ", 3) == 0)
            return strtoll(json + length + 3, NULL, 10);
    }
    return -1;
}

/* Appends a word to those that are there. False: it does not fit. */
static bool append(char *words, size_t chars, const char *word, size_t length)
{
    size_t used = strlen(words);

    if (used + length + 2 > chars)
        return false;
    if (used)
        words[used++] = ' ';
    memcpy(words + used, word, length);
    words[used + length] = 0;
    return true;
}

void proof_texts_guids(const char *text, char *guids, size_t chars)
{
    guids[0] = 0;
    for (text = strchr(text, '{'); text; text = strchr(text + 1, '{')) {
        if (strspn(text + 1, "0123456789abcdefABCDEF-") == GUID_CHARS &&
            text[GUID_CHARS + 1] == '}' && !append(guids, chars, text, GUID_CHARS + 2))
            break;
    }
}

void proof_texts_errors(const char *json, char *ids, size_t chars)
{
    static const char id_is[] = "\"id\": \"";
    const char *finding, *next;

    ids[0] = 0;
    for (finding = strstr(json, id_is); finding; finding = next) {
        const char *level = strstr(finding, "\"level\": \"error\"");

        finding += strlen(id_is);
        next = strstr(finding, id_is);
        if (level && (!next || level < next) &&
            !append(ids, chars, finding, strcspn(finding, "\"")))
            break;
    }
}

size_t proof_texts_count(const char *text, const char *word)
{
    size_t count = 0;

    for (text = strstr(text, word); text; text = strstr(text + strlen(word), word))
        count++;
    return count;
}

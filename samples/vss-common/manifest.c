/* backup.txt: written and read. */
#include "manifest.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "text.h"

#define FIRST_LINE   L"ntdsvss-backup 2"
#define FIRST_LINE_1 L"ntdsvss-backup 1"
#define KIND_COUNT   4

static const wchar_t *const kind_names[KIND_COUNT] = {L"record", L"database", L"log",
                                                      L"checkpoint"};

static const wchar_t *form_name(bool of_sums)
{
    return of_sums ? L"sums" : L"bytes";
}

void manifest_init(struct manifest *manifest)
{
    *manifest = (struct manifest){.end = &manifest->entries};
}

void manifest_free(struct manifest *manifest)
{
    while (manifest->entries) {
        struct manifest_entry *entry = manifest->entries;

        manifest->entries = entry->next;
        free(entry->path);
        free(entry);
    }
}

/* --- the expiry ------------------------------------------------------------------------------- */

/* Two texts compare as their times do. False from the year 10000 on. */
static bool time_text(ULONGLONG time, wchar_t *text)
{
    FILETIME file_time = {(DWORD)time, (DWORD)(time >> 32)};
    SYSTEMTIME utc;

    return FileTimeToSystemTime(&file_time, &utc) &&
           text_format(text, EXPIRY_CHARS, L"%04u-%02u-%02uT%02u:%02u:%02uZ", utc.wYear, utc.wMonth,
                       utc.wDay, utc.wHour, utc.wMinute, utc.wSecond);
}

static ULONGLONG now(void)
{
    FILETIME time;

    GetSystemTimeAsFileTime(&time);
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static WORD number_at(const wchar_t *text)
{
    return (WORD)wcstoul(text, NULL, 10);
}

static bool is_time(const wchar_t *text)
{
    static const wchar_t form[] = L"0000-00-00T00:00:00Z";
    SYSTEMTIME utc = {0};
    FILETIME time;
    size_t i;

    for (i = 0; i < EXPIRY_CHARS; i++) {
        if (form[i] == L'0' ? text[i] < L'0' || text[i] > L'9' : text[i] != form[i])
            return false;
    }
    utc.wYear = number_at(text);
    utc.wMonth = number_at(text + 5);
    utc.wDay = number_at(text + 8);
    utc.wHour = number_at(text + 11);
    utc.wMinute = number_at(text + 14);
    utc.wSecond = number_at(text + 17);
    return SystemTimeToFileTime(&utc, &time);
}

enum exit_code manifest_set_expiry(struct manifest *manifest, const wchar_t *metadata)
{
    if (is_time(metadata)) {
        wcscpy(manifest->expires, metadata);
    } else if (!time_text(now() + EXPIRY_DAYS * 24ull * 60 * 60 * 10000000, manifest->expires)) {
        messages_error(
            L"the clock of this computer is wrong.\n  Set it, then run the backup again.\n");
        return EXIT_OTHER;
    }
    return EXIT_OK;
}

bool manifest_has_expired(const struct manifest *manifest)
{
    wchar_t text[EXPIRY_CHARS];

    return !time_text(now(), text) || wcscmp(text, manifest->expires) > 0;
}

/* --- entries ---------------------------------------------------------------------------------- */

static const struct manifest_entry *find(const struct manifest *manifest, const wchar_t *name)
{
    const struct manifest_entry *entry;

    for (entry = manifest->entries; entry; entry = entry->next) {
        if (paths_equal(entry->name, name))
            return entry;
    }
    return NULL;
}

static enum exit_code report_double(void)
{
    return source_report_useless(MANIFEST_FILE, L"lists a file twice");
}

static int by_name(const void *a, const void *b)
{
    return paths_compare((*(struct manifest_entry *const *)a)->name,
                         (*(struct manifest_entry *const *)b)->name);
}

static enum exit_code refuse_double(const struct manifest *manifest)
{
    const struct manifest_entry **entries, *entry;
    enum exit_code code = EXIT_OK;
    size_t count = 0, i;

    for (entry = manifest->entries; entry; entry = entry->next)
        count++;
    entries = malloc((count + 1) * sizeof(*entries));
    if (!entries)
        return messages_no_memory();
    for (entry = manifest->entries, i = 0; entry; entry = entry->next)
        entries[i++] = entry;
    qsort(entries, count, sizeof(*entries), by_name);
    for (i = 1; i < count && code == EXIT_OK; i++) {
        if (by_name(&entries[i - 1], &entries[i]) == 0)
            code = report_double();
    }
    free(entries);
    return code;
}

/* A record has no path: what it is called must be as good as the name in one. */
static bool take_name(struct manifest_entry *entry, const wchar_t *path)
{
    wchar_t *file = NULL;
    bool valid;

    if (entry->kind != MANIFEST_RECORD)
        return paths_file_name(path, entry->name);
    file = wcschr(path, L'\\') ? NULL : text_new(L"\\%ls", path);
    valid = file && paths_file_name(file, entry->name);
    free(file);
    return valid;
}

enum exit_code manifest_add(struct manifest *manifest, unsigned kind, const wchar_t *path,
                            uint64_t bytes, const struct file_digest_text *digest)
{
    struct manifest_entry *entry = calloc(1, sizeof(*entry));
    enum exit_code code = EXIT_OK;

    if (entry)
        entry->path = _wcsdup(path);
    if (!entry || !entry->path) {
        free(entry);
        return messages_no_memory();
    }
    entry->kind = kind;
    entry->bytes = bytes;
    entry->digest = *digest;
    if (!take_name(entry, path))
        code = source_report_useless(MANIFEST_FILE, L"lists something that is not a file");
    else if (paths_equal(entry->name, MANIFEST_FILE))
        code = report_double();
    *manifest->end = entry;
    manifest->end = &entry->next;
    return code;
}

/* --- records ---------------------------------------------------------------------------------- */

static bool digest_of(const void *data, DWORD bytes, struct file_digest_text *text)
{
    struct digest digest = {0};
    bool done = digest_open(&digest) && digest_add(&digest, data, bytes) &&
                digest_text(&digest, text->sha256);

    text->of_sums = false;
    digest_close(&digest);
    return done;
}

enum exit_code manifest_save_record(struct manifest *manifest, struct folder *folder,
                                    const wchar_t *name, const wchar_t *text)
{
    size_t chars = wcslen(text);
    wchar_t *marked = malloc((chars + 2) * sizeof(*marked));
    DWORD bytes = (DWORD)((chars + 1) * sizeof(*marked));
    struct file_digest_text digest;
    enum exit_code code;

    if (!marked)
        return messages_no_memory();
    marked[0] = 0xfeff; /* the byte order mark, for XML readers */
    wcscpy(marked + 1, text);
    if (!digest_of(marked, bytes, &digest))
        code = digest_failed(name);
    else
        code = folder_save(folder, name, marked, bytes);
    if (code == EXIT_OK)
        code = manifest_add(manifest, MANIFEST_RECORD, name, bytes, &digest);
    free(marked);
    return code;
}

enum exit_code manifest_read_record(const struct manifest *manifest, const struct source *source,
                                    const wchar_t *name, wchar_t **text)
{
    const struct manifest_entry *entry = find(manifest, name);
    struct file_digest_text digest;
    void *data;
    DWORD bytes;
    enum exit_code code = source_read(source, name, &data, &bytes);

    if (code != EXIT_OK)
        return code;
    if (bytes % sizeof(wchar_t) != 0)
        code = source_report_useless(name, L"is not UTF-16");
    else if (!digest_of(data, bytes, &digest))
        code = digest_failed(name);
    else if (!entry || entry->bytes != bytes || !file_digest_equal(&entry->digest, &digest))
        code = source_report_useless(name, L"is not what was backed up");
    else
        *text = _wcsdup((wchar_t *)data + 1);
    free(data);
    if (code == EXIT_OK && !*text)
        return messages_no_memory();
    return code;
}

/* --- the file --------------------------------------------------------------------------------- */

/* Frees LINE, which is on the heap; NULL means that memory ran out. */
static enum exit_code write_line(const struct folder *folder, HANDLE file, wchar_t *line)
{
    char *utf8 = line ? text_from_wide(CP_UTF8, line) : NULL;
    enum exit_code code = utf8
                              ? folder_write(folder, MANIFEST_FILE, file, utf8, (DWORD)strlen(utf8))
                              : messages_no_memory();

    free(utf8);
    free(line);
    return code;
}

static enum exit_code write_head(const struct manifest *manifest, const struct folder *folder,
                                 HANDLE file)
{
    bool adlds = manifest->instance[0] != L'\0';

    return write_line(folder, file,
                      text_new(FIRST_LINE L"\r\nid %ls\r\ncomputer %ls\r\n%ls%ls%lsexpires %ls\r\n",
                               manifest->id, manifest->computer, adlds ? L"instance " : L"",
                               manifest->instance, adlds ? L"\r\n" : L"", manifest->expires));
}

enum exit_code manifest_save(const struct manifest *manifest, struct folder *folder)
{
    const struct manifest_entry *entry;
    HANDLE file;
    enum exit_code code = refuse_double(manifest);

    if (code == EXIT_OK)
        code = folder_create_file(folder, MANIFEST_FILE, &file);
    if (code != EXIT_OK)
        return code;
    code = write_head(manifest, folder, file);
    for (entry = manifest->entries; entry && code == EXIT_OK; entry = entry->next)
        code = write_line(folder, file,
                          text_new(L"file %ls %I64u %ls %ls %ls\r\n", kind_names[entry->kind],
                                   entry->bytes, form_name(entry->digest.of_sums),
                                   entry->digest.sha256, entry->path));
    if (code == EXIT_OK)
        code = write_line(folder, file, text_new(L"end\r\n"));
    if (code == EXIT_OK)
        code = folder_flush(folder, MANIFEST_FILE, file);
    CloseHandle(file);
    return code;
}

/* Ends the first word of TEXT with a zero, and returns what follows it. */
static wchar_t *cut_word(wchar_t *text)
{
    text += wcscspn(text, L" ");
    if (*text)
        *text++ = L'\0';
    return text;
}

/* "FORM SHA-256 PATH", before version 2 without the form. Returns the path; NULL if it is wrong. */
static wchar_t *read_digest(const struct manifest *manifest, wchar_t *text,
                            struct file_digest_text *digest)
{
    wchar_t *sha256 = manifest->has_forms ? cut_word(text) : text;
    wchar_t *path = cut_word(sha256);

    digest->of_sums = manifest->has_forms && wcscmp(text, form_name(true)) == 0;
    if (manifest->has_forms && !digest->of_sums && wcscmp(text, form_name(false)) != 0)
        return NULL;
    if (wcsspn(sha256, L"0123456789abcdef") != DIGEST_TEXT_CHARS - 1 ||
        sha256[DIGEST_TEXT_CHARS - 1] || !*path)
        return NULL;
    wcscpy(digest->sha256, sha256);
    return path;
}

/* "KIND BYTES FORM SHA-256 PATH" */
static bool read_entry(struct manifest *manifest, wchar_t *text)
{
    wchar_t *kind_name = text;
    wchar_t *bytes_text = cut_word(kind_name);
    wchar_t *rest = cut_word(bytes_text);
    wchar_t *end = NULL;
    uint64_t bytes = _wcstoui64(bytes_text, &end, 10);
    struct file_digest_text digest;
    wchar_t *path = read_digest(manifest, rest, &digest);
    unsigned kind = 0;

    while (kind < KIND_COUNT && wcscmp(kind_names[kind], kind_name) != 0)
        kind++;
    return kind < KIND_COUNT && end != bytes_text && !*end && path &&
           manifest_add(manifest, kind, path, bytes, &digest) == EXIT_OK;
}

/* The line at *TEXT, which moves behind it; NULL unless it is whole. */
static wchar_t *cut_line(wchar_t **text)
{
    wchar_t *line = *text;
    wchar_t *end = line + wcscspn(line, L"\r\n");

    if (wcsncmp(end, L"\r\n", 2) != 0)
        return NULL;
    *end = L'\0';
    *text = end + 2;
    return line;
}

static bool read_first_line(struct manifest *manifest, const wchar_t *line)
{
    manifest->has_forms = line && wcscmp(line, FIRST_LINE) == 0;
    return manifest->has_forms || (line && wcscmp(line, FIRST_LINE_1) == 0);
}

static bool read_fact(wchar_t **text, const wchar_t *word, wchar_t *fact, size_t fact_chars)
{
    wchar_t *line = cut_line(text);
    wchar_t *value = line ? cut_word(line) : NULL;

    return value && wcscmp(line, word) == 0 && *value &&
           text_format(fact, fact_chars, L"%ls", value);
}

static bool read_head(struct manifest *manifest, wchar_t **text)
{
    if (!read_first_line(manifest, cut_line(text)) ||
        !read_fact(text, L"id", manifest->id, ARRAYSIZE(manifest->id)) ||
        !read_fact(text, L"computer", manifest->computer, ARRAYSIZE(manifest->computer)))
        return false;
    if (wcsncmp(*text, L"instance ", 9) == 0 &&
        !read_fact(text, L"instance", manifest->instance, ARRAYSIZE(manifest->instance)))
        return false;
    return read_fact(text, L"expires", manifest->expires, EXPIRY_CHARS) &&
           is_time(manifest->expires);
}

/* False unless every line is valid, from the first to "end", behind which there is nothing. */
static bool parse(struct manifest *manifest, wchar_t *text)
{
    wchar_t *line = read_head(manifest, &text) ? cut_line(&text) : NULL;

    while (line && wcscmp(line, L"end") != 0) {
        wchar_t *entry = cut_word(line);

        if (wcscmp(line, L"file") != 0 || !read_entry(manifest, entry))
            return false;
        line = cut_line(&text);
    }
    return line && !*text;
}

enum exit_code manifest_read(struct manifest *manifest, const struct source *source)
{
    wchar_t *wide;
    void *data;
    DWORD bytes;
    enum exit_code code = source_read(source, MANIFEST_FILE, &data, &bytes);

    if (code != EXIT_OK)
        return code;
    wide = text_to_wide(CP_UTF8, data);
    if (!wide)
        code = messages_no_memory();
    else if (strlen(data) != bytes || !parse(manifest, wide))
        code = source_report_useless(MANIFEST_FILE, L"is damaged, or not from " MANIFEST_PROGRAM);
    else
        code = refuse_double(manifest);
    free(wide);
    free(data);
    return code;
}

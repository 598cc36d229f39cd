/* The progress of one file: a bar on a console, a plain line now and then elsewhere. */
#include "progress.h"

#include <windows.h>
#include <wchar.h>

#include "console.h"
#include "text.h"

#define REDRAW_MS      100u
#define PLAIN_LINE_MS  30000u
#define RATE_WINDOW_MS 3000u
#define BAR_CELLS      20
#define LINE_CHARS     200

void progress_size_text(uint64_t bytes, wchar_t *text)
{
    static const wchar_t *const units[] = {L"KiB", L"MiB", L"GiB", L"TiB"};
    double amount = (double)bytes / 1024.0;
    size_t unit = 0;

    if (bytes < 1024) {
        (void)text_format(text, PROGRESS_TEXT_CHARS, L"%u B", (unsigned)bytes);
        return;
    }
    while (amount >= 1024.0 && unit + 1 < ARRAYSIZE(units)) {
        amount /= 1024.0;
        unit++;
    }
    (void)text_format(text, PROGRESS_TEXT_CHARS, L"%.1f %ls", amount, units[unit]);
}

static void rate_text(uint64_t bytes, uint64_t milliseconds, wchar_t *text)
{
    wchar_t size[PROGRESS_TEXT_CHARS];

    /* A file that took no measurable time counts as one tick. */
    if (milliseconds == 0)
        milliseconds = 1;
    progress_size_text((uint64_t)((double)bytes * 1000.0 / (double)milliseconds), size);
    (void)text_format(text, PROGRESS_TEXT_CHARS, L"%ls/s", size);
}

/* "0:07" or "1:02:07", rounded up to seconds. */
static void time_text(uint64_t milliseconds, wchar_t *text)
{
    uint64_t seconds = (milliseconds + 999) / 1000;
    unsigned hours = (unsigned)(seconds / 3600);
    unsigned minutes = (unsigned)(seconds / 60 % 60);

    if (hours > 0)
        (void)text_format(text, PROGRESS_TEXT_CHARS, L"%u:%02u:%02u", hours, minutes,
                          (unsigned)(seconds % 60));
    else
        (void)text_format(text, PROGRESS_TEXT_CHARS, L"%u:%02u", minutes, (unsigned)(seconds % 60));
}

/* The rate is that of the last three to six seconds: it follows a slow disk, but does not jump. */
static void rotate_marks(struct progress *progress, uint64_t now_ms, uint64_t done_bytes)
{
    if (now_ms - progress->newer.time_ms < RATE_WINDOW_MS)
        return;
    progress->older = progress->newer;
    progress->newer = (struct progress_mark){now_ms, done_bytes};
}

static void rate_and_time_left(const struct progress *progress, uint64_t now_ms,
                               uint64_t done_bytes, wchar_t *rate, wchar_t *left)
{
    uint64_t window_ms = now_ms - progress->older.time_ms;
    uint64_t window_bytes = done_bytes - progress->older.done_bytes;
    uint64_t remaining =
        progress->total_bytes > done_bytes ? progress->total_bytes - done_bytes : 0;

    rate_text(window_bytes, window_ms, rate);
    if (window_bytes == 0)
        wcscpy(left, L"-:--");
    else
        time_text((uint64_t)((double)remaining * (double)window_ms / (double)window_bytes), left);
}

static unsigned percent_done(const struct progress *progress, uint64_t done_bytes)
{
    if (progress->total_bytes == 0 || done_bytes >= progress->total_bytes)
        return 100;
    return (unsigned)((double)done_bytes * 100.0 / (double)progress->total_bytes);
}

static void draw_bar(const struct progress *progress, uint64_t now_ms, uint64_t done_bytes)
{
    wchar_t rate[PROGRESS_TEXT_CHARS], left[PROGRESS_TEXT_CHARS], size[PROGRESS_TEXT_CHARS];
    wchar_t bar[BAR_CELLS + 1], line[LINE_CHARS];
    unsigned percent = percent_done(progress, done_bytes);
    unsigned i;

    rate_and_time_left(progress, now_ms, done_bytes, rate, left);
    progress_size_text(progress->total_bytes, size);
    for (i = 0; i < BAR_CELLS; i++)
        bar[i] = i < percent * BAR_CELLS / 100 ? L'#' : L'-';
    bar[BAR_CELLS] = L'\0';
    (void)text_format(line, LINE_CHARS, L"%-14.60ls [%ls] %3u%% of %ls, %ls, %ls left",
                      progress->name, bar, percent, size, rate, left);
    console_redraw_line(line);
}

static void print_plain(const struct progress *progress, uint64_t now_ms, uint64_t done_bytes)
{
    wchar_t rate[PROGRESS_TEXT_CHARS], left[PROGRESS_TEXT_CHARS], size[PROGRESS_TEXT_CHARS];

    rate_and_time_left(progress, now_ms, done_bytes, rate, left);
    progress_size_text(progress->total_bytes, size);
    console_print(CONSOLE_OUTPUT, L"%ls: %u%% of %ls, %ls, %ls left\n", progress->name,
                  percent_done(progress, done_bytes), size, rate, left);
}

void progress_start(struct progress *progress, const wchar_t *name, unsigned number, unsigned count,
                    uint64_t total_bytes)
{
    uint64_t now_ms = GetTickCount64();

    *progress = (struct progress){
        .total_bytes = total_bytes,
        .started_ms = now_ms,
        .drawn_ms = now_ms,
        .newer = {now_ms, 0},
        .older = {now_ms, 0},
        .terminal = console_is_terminal(CONSOLE_OUTPUT),
    };
    if (count > 1)
        (void)text_format(progress->name, PROGRESS_NAME_CHARS, L"%ls (%u of %u)", name, number,
                          count);
    else
        (void)text_format(progress->name, PROGRESS_NAME_CHARS, L"%ls", name);
}

void progress_update(struct progress *progress, uint64_t done_bytes)
{
    uint64_t now_ms = GetTickCount64();

    rotate_marks(progress, now_ms, done_bytes);
    if (now_ms - progress->drawn_ms < (progress->terminal ? REDRAW_MS : PLAIN_LINE_MS))
        return;
    progress->drawn_ms = now_ms;
    if (progress->terminal)
        draw_bar(progress, now_ms, done_bytes);
    else
        print_plain(progress, now_ms, done_bytes);
}

void progress_finish(struct progress *progress, uint64_t done_bytes)
{
    wchar_t size[PROGRESS_TEXT_CHARS], took[PROGRESS_TEXT_CHARS], rate[PROGRESS_TEXT_CHARS];
    uint64_t elapsed_ms = GetTickCount64() - progress->started_ms;

    progress_size_text(done_bytes, size);
    time_text(elapsed_ms, took);
    rate_text(done_bytes, elapsed_ms, rate);
    console_print(CONSOLE_OUTPUT, L"%-14ls %ls in %ls, %ls\n", progress->name, size, took, rate);
}

void progress_print_summary(const wchar_t *what, unsigned file_count, uint64_t bytes,
                            uint64_t milliseconds)
{
    wchar_t size[PROGRESS_TEXT_CHARS], took[PROGRESS_TEXT_CHARS], rate[PROGRESS_TEXT_CHARS];

    progress_size_text(bytes, size);
    time_text(milliseconds, took);
    rate_text(bytes, milliseconds, rate);
    console_print(CONSOLE_OUTPUT, L"%ls complete: %u files, %ls in %ls, %ls.\n", what, file_count,
                  size, took, rate);
}

/* The progress of one file: a bar on a screen, a plain line every 30 seconds elsewhere. */
#include "bar.h"

#include "system.h"

#include <inttypes.h>
#include <stdio.h>

#define REDRAW_MS     100u
#define PLAIN_LINE_MS 30000u
#define CELLS         20u

void bar_size_text(uint64_t bytes, char *text)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    double amount = (double)bytes / 1024.0;
    size_t unit = 0;

    if (bytes < 1024) {
        snprintf(text, BAR_TEXT_BYTES, "%" PRIu64 " B", bytes);
        return;
    }
    while (amount >= 1024.0 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        amount /= 1024.0;
        unit++;
    }
    snprintf(text, BAR_TEXT_BYTES, "%.1f %s", amount, units[unit]);
}

static void draw(const struct bar *bar, uint64_t now_ms, uint64_t done_bytes)
{
    uint64_t elapsed_ms = now_ms - bar->started_ms;
    unsigned percent = 100;
    char cells[CELLS + 1], line[200], size[BAR_TEXT_BYTES], rate[BAR_TEXT_BYTES];
    unsigned i;

    if (done_bytes < bar->total_bytes)
        percent = (unsigned)((double)done_bytes * 100.0 / (double)bar->total_bytes);
    for (i = 0; i < CELLS; i++)
        cells[i] = i < percent * CELLS / 100 ? '#' : '-';
    cells[CELLS] = '\0';
    bar_size_text(bar->total_bytes, size);
    bar_size_text((uint64_t)((double)done_bytes * 1000.0 / (double)(elapsed_ms ? elapsed_ms : 1)),
                  rate);
    if (bar->terminal) {
        snprintf(line, sizeof(line), "%-14.60s [%s] %3u%% of %s, %s/s", bar->name, cells, percent,
                 size, rate);
        system_redraw(line);
    } else {
        system_print(SYSTEM_OUTPUT, "%s: %u%% of %s, %s/s\n", bar->name, percent, size, rate);
    }
}

void bar_start(struct bar *bar, const char *name, uint64_t total_bytes)
{
    uint64_t now_ms = system_now_ms();

    *bar = (struct bar){.name = name,
                        .total_bytes = total_bytes,
                        .started_ms = now_ms,
                        .drawn_ms = now_ms,
                        .terminal = system_is_terminal()};
}

void bar_update(struct bar *bar, uint64_t done_bytes)
{
    uint64_t now_ms = system_now_ms();

    if (now_ms - bar->drawn_ms < (bar->terminal ? REDRAW_MS : PLAIN_LINE_MS))
        return;
    bar->drawn_ms = now_ms;
    draw(bar, now_ms, done_bytes);
}

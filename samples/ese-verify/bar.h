/* The progress of one file: a bar on a screen, a plain line every 30 seconds elsewhere. */
#ifndef ESE_VERIFY_BAR_H
#define ESE_VERIFY_BAR_H

#include <stdbool.h>
#include <stdint.h>

#define BAR_TEXT_BYTES 32

struct bar
{
    const char *name; /* borrowed while the bar is in use */
    uint64_t total_bytes;
    uint64_t started_ms;
    uint64_t drawn_ms;
    bool terminal;
};

/* Starts a file of TOTAL_BYTES. */
void bar_start(struct bar *bar, const char *name, uint64_t total_bytes);

/* DONE_BYTES of it are done. Prints only when the last time was long enough ago. */
void bar_update(struct bar *bar, uint64_t done_bytes);

/* Puts "17.2 MiB" into TEXT, of BAR_TEXT_BYTES. */
void bar_size_text(uint64_t bytes, char *text);

#endif

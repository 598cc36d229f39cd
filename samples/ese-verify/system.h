/* What ese-verify wants of the operating system: files, the clock, the screen. All text is UTF-8.
 * It must not know what the files are. One thread. */
#ifndef ESE_VERIFY_SYSTEM_H
#define ESE_VERIFY_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYSTEM_TEXT_BYTES 400

enum system_stream
{
    SYSTEM_OUTPUT,
    SYSTEM_ERROR,
};

struct system_file;

/*
 * Opens a file for reading; others may have it open and write to it. *bytes is its size. NULL: the
 * reason is in PROBLEM, of SYSTEM_TEXT_BYTES.
 */
struct system_file *system_open(const char *path, uint64_t *bytes, char *problem);

/* Reads from OFFSET on; *got is less than BYTES only at the file's end. False: see PROBLEM. */
bool system_read(struct system_file *file, uint64_t offset, void *to, size_t bytes, size_t *got,
                 char *problem);

/* NULL is ignored. */
void system_close(struct system_file *file);

/* Milliseconds from any moment on. */
uint64_t system_now_ms(void);

/* What separates a file's name from its folder: the place of the name in PATH. */
const char *system_name_in(const char *path);

/* Writes TEXT after taking a redrawn line away. */
void system_write(enum system_stream stream, const char *text);

/* Prints with system_write; what is longer than 3,900 bytes is cut and ends in "...". */
#ifdef __MINGW_PRINTF_FORMAT
__attribute__((format(__MINGW_PRINTF_FORMAT, 2, 3)))
#else
__attribute__((format(printf, 2, 3)))
#endif
void system_print(enum system_stream stream, const char *format, ...);

/* True where the output is a screen, whose last line system_redraw replaces. */
bool system_is_terminal(void);
void system_redraw(const char *text);

/* The program, called by the system's main function with arguments in UTF-8. */
int ese_verify(int argc, char **argv);

#endif

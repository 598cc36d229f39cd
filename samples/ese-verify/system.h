/* What ese-verify needs of the operating system: files, clock, screen. All text is UTF-8. One
 * thread. */
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

/* Opens a file for reading, also one that other programs write to. *bytes receives its size. NULL
 * if that fails; PROBLEM, of SYSTEM_TEXT_BYTES, then has the reason.
 */
struct system_file *system_open(const char *path, uint64_t *bytes, char *problem);

/* Reads at OFFSET; *got is less than BYTES only at the end of the file. False: see PROBLEM. */
bool system_read(struct system_file *file, uint64_t offset, void *to, size_t bytes, size_t *got,
                 char *problem);

/* NULL is ignored. */
void system_close(struct system_file *file);

/* Milliseconds since some moment. */
uint64_t system_now_ms(void);

/* The name of the file in PATH, without its folder. */
const char *system_name_in(const char *path);

/* Prints TEXT, in place of a redrawn line. */
void system_write(enum system_stream stream, const char *text);

/* Prints with system_write. A text of more than 3,900 bytes is cut and ends in "...". */
#ifdef __MINGW_PRINTF_FORMAT
__attribute__((format(__MINGW_PRINTF_FORMAT, 2, 3)))
#else
__attribute__((format(printf, 2, 3)))
#endif
void system_print(enum system_stream stream, const char *format, ...);

/* True if the output is a screen, whose last line system_redraw replaces. */
bool system_is_terminal(void);
void system_redraw(const char *text);

/* The program; the main function of each system calls it. */
int ese_verify(int argc, char **argv);

#endif

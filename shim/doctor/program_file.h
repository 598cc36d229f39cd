/*
 * program_file.h - a program or DLL on disk: its headers and its version resource.
 */
#ifndef NTDSDOCTOR_PROGRAM_FILE_H
#define NTDSDOCTOR_PROGRAM_FILE_H

#include "pe_image.h"

#include <windows.h>

#define PROGRAM_FILE_TEXT_CHARS 128

/* Zero-initialise; release with program_file_fini. */
struct program_file
{
    DWORD error; /* Win32 code if the file cannot be read, or 0 */
    bool is_image;
    struct pe_image image;
    wchar_t product[PROGRAM_FILE_TEXT_CHARS]; /* of its version resource, or "" */
    wchar_t name[PROGRAM_FILE_TEXT_CHARS];    /* InternalName */
    wchar_t company[PROGRAM_FILE_TEXT_CHARS];
    wchar_t version[PROGRAM_FILE_TEXT_CHARS];
    uint8_t *bytes;
};

/* Reads a file, without redirection of the system folder. */
void program_file_read(const wchar_t *path, struct program_file *file);
void program_file_fini(struct program_file *file);

/* Is it this product's file with that InternalName? */
bool program_file_is_ours(const struct program_file *file, const wchar_t *name);

bool program_file_exists(const wchar_t *path);

#endif

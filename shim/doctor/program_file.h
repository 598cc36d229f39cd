/*
 * program_file.h - a program or DLL on disk: what it is, and whose.
 */
#ifndef NTDSDOCTOR_PROGRAM_FILE_H
#define NTDSDOCTOR_PROGRAM_FILE_H

#include "pe_image.h"

#include <windows.h>

#define PROGRAM_FILE_TEXT_CHARS 128

/* Zero-initialise; program_file_fini in every state. */
struct program_file
{
    DWORD error; /* 0, or why it cannot be read */
    bool is_image;
    struct pe_image image;
    wchar_t product[PROGRAM_FILE_TEXT_CHARS]; /* of its version resource; "" for none */
    wchar_t name[PROGRAM_FILE_TEXT_CHARS];    /* InternalName */
    wchar_t company[PROGRAM_FILE_TEXT_CHARS];
    wchar_t version[PROGRAM_FILE_TEXT_CHARS];
    uint8_t *bytes;
};

/* Reads a file; paths are taken as they are, without redirection of the system folder. */
void program_file_read(const wchar_t *path, struct program_file *file);
void program_file_fini(struct program_file *file);

/* Whether it is this product's file of that InternalName. */
bool program_file_is_ours(const struct program_file *file, const wchar_t *name);

/* Whether the path leads to a file. */
bool program_file_exists(const wchar_t *path);

#endif

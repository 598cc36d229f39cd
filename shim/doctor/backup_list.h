/*
 * backup_list.h - backups and what is known of them, for programs that read the JSON.
 */
#ifndef NTDSDOCTOR_BACKUP_LIST_H
#define NTDSDOCTOR_BACKUP_LIST_H

#include "record/backup_record.h"

/* Times are FILETIME values. */
struct backup_entry
{
    wchar_t id[BACKUP_RECORD_ID_CHARS];
    wchar_t computer[BACKUP_RECORD_NAME_CHARS];
    wchar_t program[BACKUP_RECORD_NAME_CHARS]; /* "": not known */
    uint64_t made;                             /* 0: not known */
    uint64_t expires;
    uint64_t bytes; /* of all its files */
    size_t file_count;
    bool has_record; /* on this computer */
    bool verified;   /* every page and segment, when it was read; known with a record only */
};

/* Zero-initialise; backup_list_fini in every state. */
struct backup_list
{
    struct backup_entry *items;
    size_t count, capacity;
    bool is_wanted; /* the command is about backups, even if there is none */
};

/* The entry is copied. False: out of memory. */
bool backup_list_add(struct backup_list *list, const struct backup_entry *entry);

/* What a record says. */
void backup_list_take_record(struct backup_entry *entry, const struct backup_record *record);

/* Newest first. */
void backup_list_sort(struct backup_list *list);

void backup_list_fini(struct backup_list *list);

#endif

/*
 * file_list.h - the files of a session: an index, and where each is on its live and shadow volume.
 */
#ifndef NTDSVSS_FILE_LIST_H
#define NTDSVSS_FILE_LIST_H

#include <ntdsvss.h>

#include "snapshot.h"
#include "common/volumes.h"
#include "writer.h"

/* Where the files of one filespec of the writer are. */
struct file_source
{
    const struct writer_filespec *filespec; /* the writer's, which outlives the list */
    struct volume_place place;
    size_t snapshot; /* index into the set */
};

/* Zero-initialise; file_list_fini in every state. */
struct file_list
{
    struct file_source *sources; /* one per filespec of the writer, in its order */
    size_t source_count;
    struct ntdsvss_file *files; /* .path is ours to free */
    size_t *file_sources;       /* parallel to files */
    size_t count;
    size_t capacity, source_capacity;  /* of the two arrays */
    struct ntdsvss_left_out *left_out; /* both texts are ours to free */
    size_t left_out_count, left_out_capacity;
};

/* Finds the place of every filespec's folder. Before the snapshot. */
HRESULT file_list_locate(const struct ntdsvss_settings *settings, const struct writer *writer,
                         struct file_list *list);

/*
 * Appends what the sources from first up to, not including, end match in the shadow, sorted by name
 * within each. A file that several of them name comes with the first. edbtmp.log, which is
 * half-written or stale, counts only where there is no edb.log.
 */
HRESULT file_list_expand(const struct ntdsvss_settings *settings, const struct snapshot_set *set,
                         struct file_list *list, size_t first, size_t end);

/*
 * Sorts files by path, whatever case it is in. A search gives the names of a folder in order where
 * the file system does, as NTFS: then this costs one comparison per file.
 */
void file_list_sort(struct ntdsvss_file *files, size_t count);

HRESULT file_list_open(const struct ntdsvss_settings *settings, const struct snapshot_set *set,
                       const struct file_list *list, size_t index, HANDLE *file, uint64_t *bytes);

/*
 * Moves the path of a file, which is no part of the backup, to list->left_out, with a line in the
 * log; the caller closes the gap. After a failure the path stays. E_OUTOFMEMORY.
 */
HRESULT file_list_leave_out(const struct ntdsvss_settings *settings, struct file_list *list,
                            size_t index, const char *reason);

void file_list_fini(struct file_list *list);

#endif

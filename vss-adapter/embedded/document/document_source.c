/*
 * document_source.c - gives a document back as it was read: with its prolog, spaces and the order
 * of its attributes.
 *
 * Must not know Windows or COM.
 */
#include "document.h"

#include <stdlib.h>
#include <string.h>

void doc_save_writer(struct doc_buffer *buffer, const struct doc_writer *writer)
{
    /* Nothing changes a writer's document. */
    if (writer->read_from)
        doc_put(buffer, writer->read_from);
    else
        doc_write_writer(buffer, writer);
}

/* Whether the document is what its source says. False also if memory is out. */
static bool is_unchanged(const struct doc_backup *backup)
{
    struct doc_buffer buffers[2] = {{0}, {0}};
    struct doc_backup read = {0};
    char *now, *then;
    bool same;

    if (!backup->read_from ||
        doc_read_backup(&read, backup->read_from, strlen(backup->read_from)) != DOC_OK)
        return false;
    doc_write_backup(&buffers[0], backup);
    doc_write_backup(&buffers[1], &read);
    now = doc_buffer_take(&buffers[0]);
    then = doc_buffer_take(&buffers[1]);
    same = now && then && strcmp(now, then) == 0;
    free(now);
    free(then);
    doc_backup_fini(&read);
    return same;
}

void doc_save_backup(struct doc_buffer *buffer, const struct doc_backup *backup)
{
    if (is_unchanged(backup))
        doc_put(buffer, backup->read_from);
    else
        doc_write_backup(buffer, backup);
}

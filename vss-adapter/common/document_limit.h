/*
 * document_limit.h - how large the documents of a backup can be: those of a backup that is called
 * complete, and those that a restore takes.
 */
#ifndef NTDSVSS_DOCUMENT_LIMIT_H
#define NTDSVSS_DOCUMENT_LIMIT_H

/* All three of struct ntdsvss_documents together, in UTF-16 units. Windows' have some thousands. */
#define DOCUMENTS_MAX_CHARS (4u * 1024 * 1024)

#endif

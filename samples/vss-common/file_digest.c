/* The digest of a file that passes a verifier. */
#include "file_digest.h"

#include <wchar.h>

static void feed(void *context, const void *bytes, size_t byte_count)
{
    struct file_digest *digest = context;

    if (!digest_add(&digest->digest, bytes, (DWORD)byte_count))
        digest->failed = true;
}

enum exit_code file_digest_begin(struct file_digest *digest, struct file_pass *pass,
                                 const wchar_t *name, bool all_bytes)
{
    *digest = (struct file_digest){.pass = pass, .name = name};
    file_pass_set_sink(pass, all_bytes, feed, digest);
    return digest_open(&digest->digest) ? EXIT_OK : digest_failed(name);
}

enum exit_code file_digest_text(struct file_digest *digest, struct file_digest_text *text)
{
    if (digest->failed || !digest_text(&digest->digest, text->sha256))
        return digest_failed(digest->name);
    text->of_sums = digest->pass->has_sums;
    return EXIT_OK;
}

bool file_digest_equal(const struct file_digest_text *a, const struct file_digest_text *b)
{
    return a->of_sums == b->of_sums && wcscmp(a->sha256, b->sha256) == 0;
}

void file_digest_end(struct file_digest *digest)
{
    digest_close(&digest->digest);
}

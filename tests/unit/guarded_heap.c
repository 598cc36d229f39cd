/*
 * guarded_heap.c - the heap of a test program: who writes beside a block, or reads what nobody
 * wrote or what was freed, is noticed.
 *
 * The linker gives these functions to all that is linked into the program (--wrap), the product's
 * modules among it. What the C runtime hands out by itself is not guarded. Windows' and Wine's own
 * checks need a setting of the machine and see only the last bytes of a block.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK       0x6b636f6c62ull
#define TAIL_BYTES 16u

struct head
{
    uint64_t mark; /* of a block of ours */
    size_t bytes;
};

void *__real_malloc(size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void __real_free(void *block);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void __wrap_free(void *block);

static const uint8_t tail[TAIL_BYTES] =
    "\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd";

/* NULL for a block of the C runtime. */
static struct head *head_of(void *block)
{
    struct head *head = (struct head *)block - 1;

    return head->mark == (MARK ^ (uintptr_t)head) ? head : NULL;
}

static void check(const struct head *head)
{
    const uint8_t *bytes = (const uint8_t *)(head + 1);

    if (memcmp(bytes + head->bytes, tail, TAIL_BYTES) == 0)
        return;
    fprintf(stderr, "guarded_heap.c: written behind a block of %llu bytes\n",
            (unsigned long long)head->bytes);
    fflush(stderr);
    abort();
}

void *__wrap_malloc(size_t bytes)
{
    struct head *head = NULL;

    if (bytes <= SIZE_MAX - sizeof(*head) - TAIL_BYTES)
        head = __real_malloc(sizeof(*head) + bytes + TAIL_BYTES);
    if (!head)
        return NULL;
    head->mark = MARK ^ (uintptr_t)head;
    head->bytes = bytes;
    memset(head + 1, 0xdd, bytes);
    memcpy((uint8_t *)(head + 1) + bytes, tail, TAIL_BYTES);
    return head + 1;
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    void *block = !bytes || count <= SIZE_MAX / bytes ? __wrap_malloc(count * bytes) : NULL;

    if (block)
        memset(block, 0, count * bytes);
    return block;
}

void __wrap_free(void *block)
{
    struct head *head = block ? head_of(block) : NULL;

    if (!head) {
        __real_free(block);
        return;
    }
    check(head);
    memset(head, 0xee, sizeof(*head) + head->bytes);
    __real_free(head);
}

/* Always another block: who keeps a pointer into the old one is noticed. */
void *__wrap_realloc(void *block, size_t bytes)
{
    struct head *head = block ? head_of(block) : NULL;
    void *moved;

    if (block && !head)
        return __real_realloc(block, bytes);
    moved = __wrap_malloc(bytes);
    if (moved && head) {
        memcpy(moved, block, head->bytes < bytes ? head->bytes : bytes);
        __wrap_free(block);
    }
    return moved;
}

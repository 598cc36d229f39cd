/*
 * guarded_heap.c - the heap of a test program: who writes behind a block, reads what nobody wrote
 * or what was freed, or frees too little, is noticed.
 *
 * The linker gives these functions to all that is linked into the program (--wrap), the product's
 * modules among it. What the C runtime hands out by itself is not guarded. Windows' and Wine's own
 * checks need a setting of the machine and see only the last bytes of a block.
 */
#include "guarded_heap.h"

#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MARK       0x6b636f6c62ull
#define COUNTED    1ull
#define TAIL_BYTES 16u
/* For threads that are about to end when the group does, and that nobody can join. */
#define ENDING_MS 10000u

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
void *__real___emutls_get_address(void *object);
void *__wrap___emutls_get_address(void *object);
int __real__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction setup, CMFixtureFunction teardown);
int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction setup, CMFixtureFunction teardown);

static const uint8_t tail[TAIL_BYTES] =
    "\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd\xfc\xfd";

/* Blocks that somebody has to free: not those of variables of a thread, which are being made while
 * for_threads is not 0. What other threads get in that moment is not counted either. */
static volatile LONG live, for_threads;

void guarded_heap_keep(long blocks)
{
    InterlockedExchangeAdd(&live, -blocks);
}

/* NULL for a block of the C runtime. */
static struct head *head_of(void *block)
{
    struct head *head = (struct head *)block - 1;

    return (head->mark & ~COUNTED) == (MARK ^ (uintptr_t)head) ? head : NULL;
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
    if (!for_threads) {
        head->mark |= COUNTED;
        InterlockedIncrement(&live);
    }
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
    if (head->mark & COUNTED)
        InterlockedDecrement(&live);
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

void *__wrap___emutls_get_address(void *object)
{
    void *address;

    InterlockedIncrement(&for_threads);
    address = __real___emutls_get_address(object);
    InterlockedDecrement(&for_threads);
    return address;
}

int __wrap__cmocka_run_group_tests(const char *name, const struct CMUnitTest *tests, size_t count,
                                   CMFixtureFunction setup, CMFixtureFunction teardown)
{
    LONG before = live;
    int failed = __real__cmocka_run_group_tests(name, tests, count, setup, teardown);
    ULONGLONG deadline = GetTickCount64() + ENDING_MS;

    while (!failed && live != before && GetTickCount64() < deadline)
        Sleep(1);
    if (failed || live == before)
        return failed;
    fprintf(stderr, "guarded_heap.c: %ld blocks were not freed\n", live - before);
    return 1;
}

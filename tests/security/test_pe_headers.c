/*
 * test_pe_headers.c - what the headers of everything that is shipped promise to the loader.
 *
 *     test_pe_headers [FOLDER...]     default: the product and the embedded VSS of build/stage
 *
 * Every .dll and .exe below a folder: may be loaded anywhere (relocations are there), in all of the
 * address space on x64, data is no code, no section is both written and run, and nothing but DLLs
 * of the system and of the product is imported. Source of the layout: Microsoft Learn, "PE Format".
 *
 * Control Flow Guard is not among them: GCC puts no checks into calls, and a module without checks
 * must not say that it has them. The test makes sure that none does.
 */
#define _GNU_SOURCE /* nftw */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <cmocka.h>

#include <ftw.h>

#define HIGH_ENTROPY_VA 0x0020u
#define DYNAMIC_BASE    0x0040u
#define NX_COMPAT       0x0100u
#define GUARD_CF        0x4000u

#define RELOCATIONS_STRIPPED 0x0001u
#define SECTION_RUN          0x20000000u
#define SECTION_WRITE        0x80000000u

#define IMPORTS     1u /* data directories */
#define RELOCATIONS 5u
#define DELAYED     13u

static struct
{
    const char *path;
    uint8_t *bytes;
    size_t byte_count;
} file;
static unsigned int file_count;

static uint32_t get(size_t at, size_t value_bytes)
{
    uint32_t value = 0;
    size_t i;

    if (at > file.byte_count || value_bytes > file.byte_count - at)
        fail_msg("%s: ends before byte %zu", file.path, at + value_bytes);
    for (i = 0; i < value_bytes; i++)
        value |= (uint32_t)file.bytes[at + i] << 8 * i;
    return value;
}

static void load(const char *path)
{
    FILE *opened = fopen(path, "rb");
    long size;

    assert_non_null(opened);
    assert_int_equal(fseek(opened, 0, SEEK_END), 0);
    size = ftell(opened);
    assert_true(size > 0);
    rewind(opened);
    file.path = path;
    file.byte_count = (size_t)size;
    file.bytes = malloc(file.byte_count);
    assert_non_null(file.bytes);
    assert_int_equal(fread(file.bytes, 1, file.byte_count, opened), file.byte_count);
    fclose(opened);
}

static size_t header_at(void)
{
    size_t at = get(0x3C, 4);

    assert_int_equal(get(0, 2), 0x5A4D);
    assert_int_equal(get(at, 4), 0x00004550);
    return at;
}

static size_t sections_at(void)
{
    return header_at() + 24 + get(header_at() + 20, 2);
}

static size_t offset_of(uint32_t address)
{
    size_t count = get(header_at() + 6, 2), i;

    for (i = 0; i < count; i++) {
        size_t at = sections_at() + 40 * i;
        uint32_t begin = get(at + 12, 4);

        if (address >= begin && address - begin < get(at + 16, 4))
            return address - begin + get(at + 20, 4);
    }
    fail_msg("%s: address %x is in no section", file.path, address);
    return 0;
}

static uint32_t directory(uint32_t index, uint32_t *byte_count)
{
    size_t optional = header_at() + 24;
    size_t at = optional + (get(optional, 2) == 0x20B ? 112 : 96) + 8 * (size_t)index;

    *byte_count = get(at + 4, 4);
    return get(at, 4);
}

static void check_flags(void)
{
    bool x64 = get(header_at() + 4, 2) == 0x8664;
    uint32_t wanted = DYNAMIC_BASE | NX_COMPAT | (x64 ? HIGH_ENTROPY_VA : 0);
    uint32_t flags = get(header_at() + 24 + 70, 2);

    if ((flags & wanted) != wanted)
        fail_msg("%s: DllCharacteristics %04x lack %04x", file.path, flags, wanted & ~flags);
    if (flags & GUARD_CF)
        fail_msg("%s: says that its calls are guarded, which they are not", file.path);
}

/* The forwarder has nothing but a list of names: there is no address in it to correct. */
static void check_relocations(void)
{
    uint32_t byte_count, address = directory(RELOCATIONS, &byte_count);
    uint32_t import_bytes, imports = directory(IMPORTS, &import_bytes);
    bool has_imports = imports && get(offset_of(imports) + 12, 4);

    if (has_imports && (!address || byte_count < 8))
        fail_msg("%s: cannot be moved: no relocations", file.path);
    if (get(header_at() + 22, 2) & RELOCATIONS_STRIPPED)
        fail_msg("%s: cannot be moved: its header says so", file.path);
}

static void check_sections(void)
{
    size_t count = get(header_at() + 6, 2), i;

    assert_true(count > 0);
    for (i = 0; i < count; i++) {
        size_t at = sections_at() + 40 * i;
        uint32_t flags = get(at + 36, 4);

        if ((flags & SECTION_RUN) && (flags & SECTION_WRITE))
            fail_msg("%s: section %.8s is written and run", file.path, file.bytes + at);
    }
}

/*
 * Those that Windows takes from its own folder whatever lies elsewhere (KnownDLLs), and ours beside
 * the samples. What else is wanted is loaded from the system folder by flag.
 */
static bool may_import(const char *name)
{
    static const char *const names[] = {
        "ADVAPI32.dll", "KERNEL32.dll", "msvcrt.dll", "ole32.dll",
        "OLEAUT32.dll", "SHLWAPI.dll",  "ntdll.dll",  "ntdsbcli.dll",
    };
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static void check_imports(void)
{
    uint32_t byte_count, address = directory(IMPORTS, &byte_count);
    size_t at = address ? offset_of(address) : 0;

    for (; address && get(at + 12, 4); at += 20) {
        size_t name = offset_of(get(at + 12, 4));

        assert_non_null(memchr(file.bytes + name, 0, file.byte_count - name));
        if (!may_import((const char *)file.bytes + name))
            fail_msg("%s: imports %.40s", file.path, file.bytes + name);
    }
    assert_int_equal(directory(DELAYED, &byte_count), 0);
}

static int check_file(const char *path, const struct stat *about, int type, struct FTW *place)
{
    const char *dot = strrchr(path, '.');

    (void)about;
    (void)place;
    if (type != FTW_F || !dot || (strcasecmp(dot, ".dll") != 0 && strcasecmp(dot, ".exe") != 0))
        return 0;
    load(path);
    check_flags();
    check_relocations();
    check_sections();
    check_imports();
    free(file.bytes);
    file_count++;
    return 0;
}

static void headers__of_every_program__let_the_loader_protect_it(void **state)
{
    const char *const *folder;

    for (folder = *state; *folder; folder++) {
        file_count = 0;
        assert_int_equal(nftw(*folder, check_file, 16, FTW_PHYS), 0);
        if (!file_count)
            fail_msg("%s: no program below it", *folder);
        print_message("%s: %u programs\n", *folder, file_count);
    }
}

int main(int argc, char **argv)
{
    static const char *staged[] = {STAGE_FOLDER "/x64", STAGE_FOLDER "/x86", STAGE_FOLDER "/wine",
                                   NULL};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(headers__of_every_program__let_the_loader_protect_it,
                                  argc > 1 ? (void *)(argv + 1) : (void *)staged),
    };

    return cmocka_run_group_tests_name("headers of programs", tests, NULL, NULL);
}

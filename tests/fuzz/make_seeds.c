/*
 * make_seeds.c - writes the well-formed inputs of corpus/ with the product's own writers.
 *
 *     fuzz-seeds FOLDER     FOLDER/<target>/<name>; the folders of the targets must be there
 *
 * All names in them are made up.
 */
#include "broker/protocol.h"
#include "embedded/document/document.h"
#include "ese/ese_fields.h"
#include "ese_samples.h"
#include "token/token_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *root;

static void save(const char *name, const void *bytes, size_t byte_count)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", root, name);
    file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, byte_count, file) != byte_count || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* A growing input. */
struct input
{
    uint8_t bytes[16384];
    size_t byte_count;
};

static void put(struct input *input, const void *bytes, size_t byte_count)
{
    if (byte_count > sizeof(input->bytes) - input->byte_count)
        exit(1);
    memcpy(input->bytes + input->byte_count, bytes, byte_count);
    input->byte_count += byte_count;
}

static void put_number(struct input *input, uint64_t value, size_t value_bytes)
{
    uint8_t bytes[8];

    ese_put64(bytes, value);
    put(input, bytes, value_bytes);
}

static void put_longs(struct input *input, const uint32_t *values, size_t value_count)
{
    size_t i;

    for (i = 0; i < value_count; i++)
        put_number(input, values[i], 4);
}

#define PUT_LONGS(input, ...)                                                                      \
    put_longs(input, (const uint32_t[]){__VA_ARGS__},                                              \
              sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* --- documents and tokens ------------------------------------------------------------------ */

static const char windows_writer[] =
    "<?xml version=\"1.0\"?>"
    "<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\" "
    "backupSchema=\"881\"><IDENTIFICATION writerId=\"B2014C9E-8711-4C5C-A5A9-3CF384484757\" "
    "instanceId=\"{dd8d6255-b3bb-4ec1-8249-73cd75c0ee21}\" instanceName=\"one:two\" "
    "friendlyName=\"A &amp; B\" usage=\"USER_DATA\" dataSource=\"TRANSACTION_DB\" "
    "majorVersion=\"3\" minorVersion=\"4\"/><RESTORE_METHOD "
    "method=\"RESTORE_IF_CAN_BE_REPLACED\" writerRestore=\"always\" rebootRequired=\"no\">"
    "<ALTERNATE_LOCATION_MAPPING path=\"C:\\a\" filespec=\"*\" alternatePath=\"D:\\b\"/>"
    "</RESTORE_METHOD><BACKUP_LOCATIONS><DATABASE logicalPath=\"p\" componentName=\"ntds\" "
    "selectable=\"yes\"><DATABASE_FILES path=\"C:\\n\" filespec=\"ntds.dit\"/>"
    "<DATABASE_LOGFILES path=\"C:\\n\" filespec=\"edb*.log\"/><DEPENDENCY "
    "writerId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\" logicalPath=\"x\" componentName=\"y\"/>"
    "</DATABASE><FILE_GROUP componentName=\"c\" caption=\"two&#10;lines\" componentFlags=\"2\">"
    "<FILE_LIST path=\"E:\\x\" filespec=\"*.mdf\" recursive=\"yes\" filespecBackupType=\"3855\"/>"
    "<LATER with=\"1\"><FILE_LIST path=\"no\" filespec=\"no\"/></LATER></FILE_GROUP>"
    "<INCLUDE_FILES path=\"F:\\y\" filespec=\"z\" recursive=\"no\"/>"
    "<EXCLUDE_FILES path=\"F:\\y\" filespec=\"z\" recursive=\"no\"/>"
    "<EXCLUDE_FILES_FROM_SNAPSHOT path=\"C:\\w\" filespec=\"*\" recursive=\"yes\"/>"
    "</BACKUP_LOCATIONS></WRITER_METADATA>";

/* A writer whose component is called NAME; texts of the planes above the first. */
static void save_hostile_writer(const char *file, const char *name)
{
    char text[1024];

    snprintf(text, sizeof(text),
             "<?xml version=\"1.0\"?><WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" "
             "version=\"1.2\"><IDENTIFICATION writerId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\" "
             "instanceId=\"dd8d6255-b3bb-4ec1-8249-73cd75c0ee21\" "
             "friendlyName=\"\xF0\x9F\x92\xBE&#x1F4BE;\" usage=\"OTHER\" dataSource=\"OTHER\"/>"
             "<RESTORE_METHOD method=\"UNDEFINED\" writerRestore=\"never\" rebootRequired=\"no\"/>"
             "<BACKUP_LOCATIONS><DATABASE logicalPath=\"\xF4\x8F\xBF\xBD\" componentName=\"%s\">"
             "<DATABASE_FILES path=\"C:\\n\" filespec=\"\xF0\x90\x80\x80.dit\"/></DATABASE>"
             "</BACKUP_LOCATIONS></WRITER_METADATA>",
             name);
    save(file, text, strlen(text));
}

static char *make_backup_document(void)
{
    struct doc_backup backup = {.backup_type = 1, .select_components = true, .has_set_id = true};
    struct doc_buffer buffer = {0};
    struct doc_writer_components *writer =
        doc_append(&backup.writers, &backup.writer_count, sizeof(*writer));
    struct doc_component *component =
        writer ? doc_append(&writer->components, &writer->component_count, sizeof(*component))
               : NULL;
    char *text;
    size_t i;

    if (!component)
        exit(1);
    component->type = DOC_COMPONENT_DATABASE;
    component->backup_succeeded = DOC_YES;
    if (!doc_set_text(&component->name, "ntds") ||
        !doc_set_text(&component->logical_path, "C:_n") ||
        !doc_files_add(&component->new_targets, "C:\\o", "a", "D:\\p", true, 0))
        exit(1);
    for (i = 0; i < DOC_TEXT_COUNT; i++) {
        if (!doc_set_text(&component->texts[i], "t<&>\"\n"))
            exit(1);
    }
    doc_write_backup(&buffer, &backup);
    doc_backup_fini(&backup);
    text = doc_buffer_take(&buffer);
    if (!text)
        exit(1);
    return text;
}

static void put_text(struct input *input, const char *text)
{
    put_number(input, strlen(text), 4);
    put(input, text, strlen(text));
}

static void put_database(struct input *input, const char *path)
{
    static const uint8_t signature[2 * TOKEN_SIGNATURE_BYTES] = {0x5A};

    put_text(input, path);
    put_number(input, 1u << 20, 8);
    PUT_LONGS(input, 8192, 0xC2ED3976, 2);
    put_number(input, 77, 8);
    put(input, signature, sizeof(signature));
    PUT_LONGS(input, 5, 6, 7, 2);
}

static void save_token(const char *name, uint32_t version, uint32_t databases, const char *document)
{
    static const uint8_t hashes[3 * TOKEN_HASH_BYTES] = {0xA5};
    struct input token = {.byte_count = 0};
    uint32_t i;

    put(&token, TOKEN_MAGIC, TOKEN_MAGIC_BYTES);
    PUT_LONGS(&token, version, 0);
    put_number(&token, 1000, 8);
    put_number(&token, 2000, 8);
    put(&token, hashes, TOKEN_ID_BYTES);
    PUT_LONGS(&token, 0x00000101, 1);
    put_text(&token, "DC1");
    put_number(&token, databases, 4);
    for (i = 0; i < databases; i++)
        put_database(&token, "C:\\n\\ntds.dit");
    PUT_LONGS(&token, 5, 7, 8);
    put(&token, hashes, 2 * TOKEN_HASH_BYTES);
    put_text(&token, document);
    put_text(&token, document);
    put_text(&token, "metadata");
    if (version == TOKEN_VERSION) {
        put_number(&token, TOKEN_EXPIRY_ASSUMED, 4);
        put_text(&token, "S-1-5-21-7");
        put_text(&token, "CN=DC1");
        put(&token, hashes, TOKEN_HASH_BYTES);
        put_number(&token, 1, 4);
    }
    put(&token, hashes, TOKEN_HASH_BYTES);
    ese_put32(token.bytes + TOKEN_TOTAL_OFFSET, (uint32_t)token.byte_count);
    save(name, token.bytes, token.byte_count);
}

static void save_documents(void)
{
    char *backup = make_backup_document();

    save("document/writer", windows_writer, sizeof(windows_writer) - 1);
    save_hostile_writer("document/above-the-first-plane", "\xF0\x9F\x92\xBE");
    save_hostile_writer("document/half-a-pair", "&#xD800;");
    save_hostile_writer("document/half-a-pair-in-bytes", "\xED\xA0\x80");
    save("document/backup", backup, strlen(backup));
    save_token("token/none", TOKEN_VERSION, 0, "");
    save_token("token/one", TOKEN_VERSION, 1, "<a/>");
    save_token("token/three", TOKEN_VERSION, 3, backup);
    save_token("token/earlier", TOKEN_VERSION_LEAST, 1, "<a/>");
    free(backup);
}

/* --- the pipe ----------------------------------------------------------------------------- */

static void put_units(struct protocol_writer *frame, const char *text)
{
    uint16_t units[64];
    size_t i;

    for (i = 0; text[i]; i++)
        units[i] = (uint8_t)text[i];
    protocol_put_string(frame, units, i);
}

/* One frame: numbers of fields are those of its type, requests and replies alike. */
static void put_frame(struct input *input, enum protocol_type type, uint32_t sequence,
                      const char *fields)
{
    struct protocol_writer frame = {0};

    protocol_begin(&frame, type, sequence);
    for (; *fields; fields++) {
        switch (*fields) {
        case 's':
            put_units(&frame, "C:\\n\\edb.log");
            break;
        case 'e':
            put_units(&frame, "");
            break;
        case '8':
            protocol_put_u64(&frame, 0x44);
            break;
        case 'p':
            protocol_put_u64(&frame, 0x48); /* what is a pipe here */
            break;
        case 'f':
            protocol_put_u32(&frame, 0x80070005u);
            break;
        default:
            protocol_put_u32(&frame, (uint32_t)(*fields - '0'));
            break;
        }
    }
    if (!protocol_finish(&frame))
        exit(1);
    put(input, frame.bytes, frame.byte_count);
    protocol_writer_fini(&frame);
}

struct frame
{
    enum protocol_type type;
    const char *fields;
};

/* A first byte, then the frames; answers to nothing have no number, and those with '!' a wrong one.
 */
static void save_frames(const char *name, uint8_t first, const struct frame *frames,
                        size_t frame_count)
{
    struct input input = {.bytes = {first}, .byte_count = 1};
    uint32_t sequence = 0;
    size_t i;

    for (i = 0; i < frame_count; i++) {
        bool numbered = frames[i].type != PROTOCOL_KEEPALIVE;

        bool wrong = frames[i].fields[0] == '!';

        put_frame(&input, frames[i].type, numbered ? ++sequence + wrong : 0,
                  frames[i].fields + wrong);
    }
    save(name, input.bytes, input.byte_count);
}

#define SAVE_FRAMES(name, first, frames)                                                           \
    save_frames(name, first, frames, sizeof(frames) / sizeof(frames[0]))

static void save_requests(void)
{
    static const struct frame backup[] = {
        {PROTOCOL_HELLO, "7388"},    {PROTOCOL_LOG, "48"},        {PROTOCOL_BACKUP_START, "e"},
        {PROTOCOL_BACKUP_LOGS, ""},  {PROTOCOL_BACKUP_OPEN, "1"}, {PROTOCOL_BACKUP_COMPLETE, ""},
        {PROTOCOL_BACKUP_ABORT, ""},
    };
    static const struct frame restore[] = {
        {PROTOCOL_HELLO, "7388"},          {PROTOCOL_LOG, "48"},
        {PROTOCOL_RESTORE_START, "ss0"},   {PROTOCOL_RESTORE_REGISTER, "sesss12"},
        {PROTOCOL_RESTORE_FILES, ""},      {PROTOCOL_RESTORE_OPEN, "1"},
        {PROTOCOL_RESTORE_SET_ASIDE, "1"}, {PROTOCOL_RESTORE_COMPLETE, "1"},
    };

    SAVE_FRAMES("requests/backup", 0, backup);
    SAVE_FRAMES("requests/restore", 9, restore);
}

static void save_replies(void)
{
    static const struct frame backup[] = {
        {PROTOCOL_HELLO, "07"},
        {PROTOCOL_LOG, "0"},
        {PROTOCOL_KEEPALIVE, "s"},
        {PROTOCOL_BACKUP_START, "021s1ssse"},
        {PROTOCOL_BACKUP_LOGS, "022s3s1ss"},
        {PROTOCOL_BACKUP_OPEN, "088"},
        {PROTOCOL_BACKUP_COMPLETE, "0"},
    };
    static const struct frame restore[] = {
        {PROTOCOL_HELLO, "07"},
        {PROTOCOL_LOG, "0"},
        {PROTOCOL_RESTORE_START, "01"},
        {PROTOCOL_RESTORE_REGISTER, "000"},
        {PROTOCOL_RESTORE_FILES, "011s"},
        {PROTOCOL_RESTORE_OPEN, "088"},
        {PROTOCOL_RESTORE_SET_ASIDE, "0"},
        {PROTOCOL_RESTORE_COMPLETE, "0"},
    };
    static const struct frame failed[] = {
        {PROTOCOL_HELLO, "07"},      {PROTOCOL_LOG, "f"},         {PROTOCOL_BACKUP_START, "f"},
        {PROTOCOL_BACKUP_LOGS, "f"}, {PROTOCOL_BACKUP_OPEN, "f"}, {PROTOCOL_BACKUP_ABORT, "f"},
    };

    static const struct frame numbered[] = {
        {PROTOCOL_HELLO, "07"},
        {PROTOCOL_LOG, "!0"},
        {PROTOCOL_BACKUP_START, "021s1ssse"},
    };
    static const struct frame behind[] = {
        {PROTOCOL_HELLO, "07"},
        {PROTOCOL_LOG, "0"},
        {PROTOCOL_RESTORE_START, "01"},
        {PROTOCOL_RESTORE_REGISTER, "000"},
        {PROTOCOL_RESTORE_FILES, "011s"},
        {PROTOCOL_RESTORE_OPEN, "0888"},
        {PROTOCOL_RESTORE_SET_ASIDE, "0"},
    };
    static const struct frame pipe[] = {
        {PROTOCOL_HELLO, "07"},           {PROTOCOL_LOG, "0"},
        {PROTOCOL_RESTORE_START, "01"},   {PROTOCOL_RESTORE_REGISTER, "000"},
        {PROTOCOL_RESTORE_FILES, "011s"}, {PROTOCOL_RESTORE_OPEN, "0p8"},
    };

    SAVE_FRAMES("replies/another-number", 0, numbered);
    SAVE_FRAMES("replies/bytes-behind", 1, behind);
    SAVE_FRAMES("replies/pipe-for-a-file", 1, pipe);
    SAVE_FRAMES("replies/backup", 0, backup);
    SAVE_FRAMES("replies/restore", 1, restore);
    SAVE_FRAMES("replies/failed", 0, failed);
}

/* --- names -------------------------------------------------------------------------------- */

#define SAVE(name, text) save(name, text, sizeof(text))

static void save_names(void)
{
    SAVE("names/unc", "\2n\\ntds.dit\0n\\edb.log\0n\\edb00001.log\0\\\\dc1\\c$\\n\\edb.log");
    SAVE("names/bft", "\1n\\ntds.dit\0n\\edb.log\0\x44\\\\DC1\\C$\\N\\NTDS.DIT");
    SAVE("names/local", "\1n\\ntds.dit\0n\\edb.log\0C:\\n\\edb.log");
    SAVE("names/stream", "\1n\\ntds.dit\0n\\edb.log\0\\\\?\\C:\\n\\edb.log::$DATA");
    SAVE("map/two", "\2\\\\OLD\\C$\\ntds.dit\0\\\\DC1\\D$\\new\\ntds.dit\0C:\\sys\0D:\\sys");
    SAVE("map/bft", "\1\x44\\\\DC1\\C$\\ntds.dit\0D:\\NEW\\ntds.dit");
    SAVE("map/twice", "\2"
                      "C:\\ntds.dit\0D:\\new\\ntds.dit\0C:\\ntds.dit\0D:\\new\\ntds.dit");
    SAVE("lognames/archived", "edb0012F.log");
    SAVE("lognames/checkpoint", "edb.chk");
    SAVE("lognames/temporary", "EDBTMP.LOG");
    SAVE("lognames/reserve", "edbres00001.jrs");
}

/* --- files of the engine ------------------------------------------------------------------ */

static void save_for_all(const char *name, const uint8_t *bytes, size_t byte_count)
{
    static const char *const targets[] = {"headers", "kernels", "log7", "stream"};
    char path[80];
    size_t i;

    for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", targets[i], name);
        save(path, bytes, byte_count);
    }
}

static void save_files(void)
{
    uint8_t page[5 + 32768] = {7};
    size_t byte_count;
    uint8_t *file = sample_database(2048, 4, &byte_count);

    save_for_all("database", file, byte_count);
    free(file);
    file = sample_log(33, 4, 2, true, &byte_count);
    save_for_all("log", file, byte_count);
    free(file);
    file = sample_log7(16384);
    save_for_all("log7", file, 16384);
    free(file);
    sample_checkpoint(page, 33);
    save_for_all("checkpoint", page, ESE_CHECKPOINT_BYTES);
    memset(page, 0, sizeof(page));
    page[0] = 7;
    sample_page(page + 5, 2048, 7, false);
    save("page/old", page, 5 + 2048);
    page[4] = 2;
    sample_page(page + 5, 8192, 7, true);
    save("page/new", page, 5 + 8192);
    page[4] = 4;
    sample_page(page + 5, 32768, 7, true);
    save("page/large", page, 5 + 32768);
}

/* Eight bytes for the database and the checkpoint, then eight for each log; generations less one.
 */
static void save_recovery(void)
{
    static const uint8_t dirty[] = {
        2,    2, 3, 3,  2,  0, 0, 0, /* needs 2 to 3, checkpoint in 1 */
        0x20, 0, 0, 11, 10, 7, 0, 0, /* edb00001.log: times and sums are a chain */
        0x20, 1, 1, 12, 11, 8, 7, 0, /* edb00002.log */
        0x21, 0, 2, 13, 12, 9, 8, 0, /* edb.log */
    };
    uint8_t clean[sizeof(dirty)];

    memcpy(clean, dirty, sizeof(clean));
    clean[0] = 3;
    clean[4] = 9; /* never logged, edbtmp.log, no checkpoint */
    clean[24] = 0x20;
    clean[25] = 2; /* the newest log is archived too */
    save("recovery/dirty", dirty, sizeof(dirty));
    save("recovery/clean", clean, sizeof(clean));
}

/* --- lists, texts, program files -------------------------------------------------------------- */

static void save_wide(const char *name, const char *text, size_t bytes)
{
    struct input input = {.byte_count = 0};
    size_t i;

    for (i = 0; i < bytes; i++)
        put_number(&input, (uint8_t)text[i], 2);
    save(name, input.bytes, input.byte_count);
}

static void save_lists(void)
{
    static const char logs[] = "\x08\\\\DC1\\C$\\n\\edb00001.log\0\x08\\\\DC1\\C$\\n\\edb.log\0";
    static const uint16_t texts[] = {'a',    '"',    '\\',   1,      0xD83D,
                                     0xDCBE, 0xD800, 0xDC00, 0xDFFF, 0xFFFF};

    save("lists/ansi", logs, sizeof(logs));
    save_wide("lists/wide", logs, sizeof(logs));
    save("json/pairs", texts, sizeof(texts));
}

/* --- texts of backups, settings and of the kit for a real Windows ------------------------------
 */

#define DIGEST           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
#define ID               "id 00112233445566778899aabbccddeeff\r\n"
#define TEXT(name, text) save(name, text, sizeof(text) - 1)

static void save_records(void)
{
    TEXT("manifest/two", "ntdsvss-backup 2\r\n" ID "computer DC1\r\n"
                         "expires 2030-01-31T12:00:00Z\r\n"
                         "file database 8192 sums " DIGEST "C:\\Windows\\NTDS\\ntds.dit\r\n"
                         "file log 10 sums " DIGEST "C:\\n\\edb0001A.log\r\n"
                         "file checkpoint 8 bytes " DIGEST "C:\\n\\edb.chk\r\n"
                         "file record 16 bytes " DIGEST "writer.xml\r\nend\r\n");
    TEXT("manifest/one", "ntdsvss-backup 1\r\n" ID "computer DC\xC3\xBC\r\n"
                         "instance instance1\r\nexpires 2030-01-31T12:00:00Z\r\n"
                         "file database 8 " DIGEST "D:\\a\\adamntds.dit\r\nend\r\n");
    TEXT("manifest/found-a-fact-twice", "ntdsvss-backup 2\r\n" ID "id 1\r\ncomputer DC1\r\n"
                                        "expires 2030-01-31T12:00:00Z\r\nend\r\n");
    TEXT("manifest/found-zero-behind-its-end", "ntdsvss-backup 2\r\n" ID "computer DC1\r\n"
                                               "expires 2030-01-31T12:00:00Z\r\nend\r\n\0more");
    TEXT("record/found-zero-behind-its-end",
         "ntdsbcli-backup 1\r\n" ID "computer DC1\r\nprogram b.exe\r\n"
         "prepared 2026-01-31T12:00:00Z\r\ncompleted 2026-01-31T12:01:00Z\r\n"
         "expires 2026-04-01T12:00:00Z\r\nverified no\r\nend\r\n\0more");
    TEXT("record/complete", "ntdsbcli-backup 1\r\n" ID "computer DC1\r\nprogram b\xC3\xBC.exe\r\n"
                            "prepared 2026-01-31T12:00:00Z\r\n"
                            "completed 2026-01-31T12:01:00Z\r\n"
                            "expires 2026-04-01T12:00:00Z\r\nverified yes\r\n"
                            "file database 4096 sums " DIGEST "D:\\n\\ntds.dit\r\n"
                            "file checkpoint 8192 none " DIGEST "D:\\n\\edb.chk\r\nend\r\n");
}

static void save_settings(void)
{
    TEXT("settings/registry", "\0\0\0\x58\2\0\0\0\0\x0A\0\0\0\0\0\4\0\0\0\0\x1E\0\0\0"
                              "\0\1\0\0\0\0\3off\0\3{a}\0\7D:\\logs");
    TEXT("settings/environment", "\0\2"
                                 "60\1"
                                 "0\1"
                                 "4\1\1\1\1\1\0\0\x0D%SystemDrive%");
    TEXT("settings/found-a-sign", "\0\0\1\x0B-4294966196");
}

static void save_report(void)
{
    TEXT("report/page", "\x1B# Proved\r\n\r\n| id | claim | known by |\r\n|---|---|---|\r\n"
                        "| one | first | unit/a |\r\n| two | second | unit/b |\r\n");
    TEXT("report/found-a-claim-twice", "\x3F| one | x |\n| one | x |\n| one | x |\n");
    TEXT("texts/header", "State: Dirty Shutdown\nLog Required: 12-14 (0xc-0xe)\n");
    TEXT("texts/verified", "state: dirty shutdown, dbtime 0x9000\nlogs: needs 0xc to 0xe\n");
    TEXT("texts/shadows", "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy17\n"
                          "{b5946137-7b9f-4925-af80-51abd60b20d5} HarddiskVolumeShadowCopy4\n");
    TEXT("texts/findings", "{\"exit_code\": 3, \"findings\": [{\"id\": \"a.good\", \"level\": "
                           "\"ok\"},\n{\"id\": \"b.bad\", \"level\": \"error\"}]}\n");
    TEXT("texts/expiry", "The backup expires 2030-01-31T12:00:00Z (set by ExpiryDays)\n");
}

static void set_numbers(uint8_t *at, const uint32_t (*numbers)[2], size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        ese_put32(at + numbers[i][0], numbers[i][1]);
}

/* One section, at 0x1000 in memory and 0x200 in the file, with two imports and a version. */
static void save_image(void)
{
    static const uint32_t head[][2] = {
        {0x00, 0x5A4D},      {0x3C, 0x40},        {0x40, 0x4550},      {0x44, 0x00018664},
        {0x54, 0x202200F0},  {0x58, 0x020B},      {0xC4, 16},          {0xD0, 0x1000},
        {0xD4, 0x28},        {0xD8, 0x1100},      {0x130, 0x10C0},     {0x134, 0x40},
        {0x150, 0x200},      {0x154, 0x1000},     {0x158, 0x200},      {0x15C, 0x200},
        {0x20C, 0x1040},     {0x2C4, 0x1050},     {0x30C, 0x00010000}, {0x310, 16},
        {0x314, 0x80000018}, {0x324, 0x00010000}, {0x328, 1},          {0x32C, 0x80000030},
        {0x33C, 0x00010000}, {0x340, 0x409},      {0x344, 0x48},       {0x348, 0x1180},
        {0x34C, 16}};
    uint8_t image[0x400] = {0};

    set_numbers(image, head, sizeof(head) / sizeof(head[0]));
    memcpy(image + 0x240, "kernel32.dll", 13);
    memcpy(image + 0x250, "NTDSBCLI.dll", 13);
    save("image/x64", image, sizeof(image));
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: fuzz-seeds FOLDER\n");
        return 2;
    }
    root = argv[1];
    save_documents();
    save_requests();
    save_replies();
    save_names();
    save_files();
    save_recovery();
    save_lists();
    save_records();
    save_settings();
    save_report();
    save_image();
    return 0;
}

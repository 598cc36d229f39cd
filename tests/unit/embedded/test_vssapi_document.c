/*
 * test_vssapi_document.c - the documents: written, read again, and malformed ones refused. Runs on
 * the host too.
 */
#include "embedded/document/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* The form that Windows writes. */
static const char windows_writer[] =
    "<?xml version=\"1.0\"?>"
    "<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" version=\"1.2\" "
    "backupSchema=\"881\"><IDENTIFICATION writerId=\"A65FAA63-5EA8-4EBC-9DBD-A0C4DB26912A\" "
    "instanceId=\"{dd8d6255-b3bb-4ec1-8249-73cd75c0ee21}\" instanceName=\"one:two\" "
    "friendlyName=\"A &amp; B\" usage=\"USER_DATA\" dataSource=\"TRANSACTION_DB\" "
    "majorVersion=\"3\" minorVersion=\"4\"/><RESTORE_METHOD "
    "method=\"RESTORE_IF_CAN_BE_REPLACED\" writerRestore=\"always\" rebootRequired=\"no\"/>"
    "<BACKUP_LOCATIONS><FILE_GROUP logicalPath=\"p\" componentName=\"c\" caption=\"two&#10;lines\" "
    "restoreMetadata=\"no\" notifyOnBackupComplete=\"yes\" selectable=\"yes\" "
    "selectableForRestore=\"yes\" componentFlags=\"2\"><FILE_LIST path=\"E:\\x\" "
    "filespec=\"*.mdf\" recursive=\"yes\" filespecBackupType=\"3855\"/><LATER with=\"1\">"
    "<FILE_LIST path=\"no\" filespec=\"no\"/></LATER></FILE_GROUP>"
    "<EXCLUDE_FILES path=\"F:\\y\" filespec=\"z\" recursive=\"no\"/>"
    "<EXCLUDE_FILES_FROM_SNAPSHOT path=\"C:\\w\" filespec=\"*\" recursive=\"yes\"/>"
    "</BACKUP_LOCATIONS></WRITER_METADATA>";

static void read_writer__document_of_windows__every_field_is_there(void **state)
{
    struct doc_writer writer = {0};
    char id[DOC_GUID_CHARS];
    const struct doc_wm_component *component;

    (void)state;
    assert_int_equal(doc_read_writer(&writer, windows_writer, sizeof(windows_writer) - 1), DOC_OK);
    doc_guid_format(&writer.writer_id, id);
    assert_string_equal(id, "a65faa63-5ea8-4ebc-9dbd-a0c4db26912a");
    doc_guid_format(&writer.instance_id, id);
    assert_string_equal(id, "dd8d6255-b3bb-4ec1-8249-73cd75c0ee21");
    assert_string_equal(writer.name, "A & B");
    assert_string_equal(writer.instance_name, "one:two");
    assert_int_equal(writer.usage, 3);
    assert_int_equal(writer.source, 1);
    assert_int_equal(writer.major_version, 3);
    assert_int_equal(writer.minor_version, 4);
    assert_int_equal(writer.backup_schema, 881);
    assert_int_equal(writer.restore.method, 2);
    assert_int_equal(writer.restore.writer_restore, 3);
    assert_false(writer.restore.reboot_required);
    assert_int_equal(writer.component_count, 1);
    component = &writer.components[0];
    assert_int_equal(component->type, DOC_COMPONENT_FILEGROUP);
    assert_string_equal(component->caption, "two\nlines");
    assert_true(component->selectable && component->notify_on_backup_complete);
    assert_false(component->restore_metadata);
    assert_int_equal(component->flags, 2);
    assert_int_equal(component->files.count, 1); /* the one in the unknown element is not */
    assert_string_equal(component->files.items[0].path, "E:\\x");
    assert_true(component->files.items[0].recursive);
    assert_int_equal(component->files.items[0].backup_type_mask, 3855);
    assert_int_equal(writer.exclude_files.count, 1);
    assert_int_equal(writer.exclude_from_snapshot.count, 1);
    doc_writer_fini(&writer);
}

static void write_writer__read_again__same_text(void **state)
{
    struct doc_writer writer = {0};
    struct doc_buffer buffer = {0};
    char *first, *second;

    (void)state;
    assert_int_equal(doc_read_writer(&writer, windows_writer, sizeof(windows_writer) - 1), DOC_OK);
    doc_write_writer(&buffer, &writer);
    first = doc_buffer_take(&buffer);
    doc_writer_fini(&writer);
    assert_non_null(first);
    assert_int_equal(doc_read_writer(&writer, first, strlen(first)), DOC_OK);
    doc_write_writer(&buffer, &writer);
    second = doc_buffer_take(&buffer);
    assert_string_equal(first, second);
    free(first);
    free(second);
    doc_writer_fini(&writer);
}

/* A backup document with one component of this name. */
static void fill_backup(struct doc_backup *backup, const char *name)
{
    struct doc_writer_components *writer;
    struct doc_component *component;
    size_t i;

    backup->backup_type = 1;
    backup->select_components = true;
    backup->has_set_id = true;
    backup->set_id.data1 = 0x12345678;
    writer = doc_append(&backup->writers, &backup->writer_count, sizeof(*writer));
    assert_non_null(writer);
    writer->writer_id.data1 = 0xb2014c9e;
    component = doc_append(&writer->components, &writer->component_count, sizeof(*component));
    assert_non_null(component);
    component->type = DOC_COMPONENT_DATABASE;
    component->backup_succeeded = DOC_NO;
    component->selected_for_restore = true;
    component->additional_restores = true;
    component->file_restore_status = 3;
    assert_true(doc_files_add(&component->new_targets, "C:\\old", name, name, true, 0));
    assert_true(
        doc_files_add(&component->alternate_mappings, "C:\\here", name, "D:\\there", false, 0));
    assert_true(doc_set_text(&component->name, name));
    assert_true(doc_set_text(&component->logical_path, "C:_Windows_NTDS"));
    for (i = 0; i < DOC_TEXT_COUNT; i++)
        assert_true(doc_set_text(&component->texts[i], name));
}

/* What fill_backup put into the lists. */
static void assert_lists(const struct doc_component *component, const char *name)
{
    assert_int_equal(component->new_targets.count, 1);
    assert_string_equal(component->new_targets.items[0].path, "C:\\old");
    assert_string_equal(component->new_targets.items[0].filespec, name);
    assert_string_equal(component->new_targets.items[0].alternate_path, name);
    assert_true(component->new_targets.items[0].recursive);
    assert_int_equal(component->alternate_mappings.count, 1);
    assert_string_equal(component->alternate_mappings.items[0].alternate_path, "D:\\there");
    assert_false(component->alternate_mappings.items[0].recursive);
}

static void write_backup__hard_names__come_back_as_they_were(void **state)
{
    static const char *const names[] = {
        "ntds", "a\"b'c", "<&>", "]]>", "tab\tline\nreturn\r", "\xc3\xbc\xe2\x82\xac", "", " x ",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct doc_backup backup = {0};
        struct doc_backup again = {0};
        struct doc_buffer buffer = {0};
        char *text;
        struct doc_component *component;
        size_t t;

        fill_backup(&backup, names[i]);
        doc_write_backup(&buffer, &backup);
        text = doc_buffer_take(&buffer);
        assert_non_null(text);
        assert_int_equal(doc_read_backup(&again, text, strlen(text)), DOC_OK);
        assert_int_equal(again.writer_count, 1);
        component = doc_find_component(&again.writers[0], DOC_COMPONENT_DATABASE, "C:_Windows_NTDS",
                                       names[i]);
        if (!component)
            print_error("row %u: %s\n", (unsigned int)i, names[i]);
        assert_non_null(component);
        assert_int_equal(component->backup_succeeded, DOC_NO);
        assert_int_equal(component->file_restore_status, 3);
        assert_true(component->selected_for_restore && component->additional_restores);
        for (t = 0; t < DOC_TEXT_COUNT; t++)
            assert_string_equal(component->texts[t], names[i]);
        assert_lists(component, names[i]);
        assert_true(again.has_set_id);
        assert_true(doc_guid_equal(&again.set_id, &backup.set_id));
        free(text);
        doc_backup_fini(&backup);
        doc_backup_fini(&again);
    }
}

/* The form that Windows writes, with what a later version might add. */
static const char windows_backup[] =
    "<?xml version=\"1.0\"?>\r\n<!-- kept -->"
    "<BACKUP_COMPONENTS xmlns=\"x-schema:#VssComponentMetadata\" version=\"1.2\" later=\"a&lt;b\" "
    "bootableSystemStateBackup=\"yes\" selectComponents=\"yes\" backupType=\"full\" "
    "partialFileSupport=\"no\" snapshotSetId=\"{6F5B15B5-DA24-4D88-B737-63063E3A1F86}\">\n"
    "  <WRITER_COMPONENTS writerId=\"B2014C9E-8711-4C5C-A5A9-3CF384484757\" "
    "instanceId=\"dd8d6255-b3bb-4ec1-8249-73cd75c0ee21\" backupSchema=\"0\" color=\"red\">"
    "<COMPONENT componentName=\"ntds\" logicalPath=\"C:_Windows_NTDS\" componentType=\"database\" "
    "shape=\"round\"><BACKUP_METADATA metadata=\"m\"/>"
    "<NEW_TARGET path=\"C:\\a\" filespec=\"*\" recursive=\"no\" alternatePath=\"D:\\b\" "
    "size=\"9\"/>"
    "<LATER with=\"1\">text &amp; <DEEP/>more</LATER></COMPONENT>"
    "<SECOND/></WRITER_COMPONENTS><SNAPSHOTS><ONE id=\"1\"/></SNAPSHOTS></BACKUP_COMPONENTS>";

static char *saved_backup(const struct doc_backup *backup)
{
    struct doc_buffer buffer = {0};
    char *text;

    doc_save_backup(&buffer, backup);
    text = doc_buffer_take(&buffer);
    assert_non_null(text);
    return text;
}

static void save__document_was_read__differs_in_nothing(void **state)
{
    struct doc_backup backup = {0};
    struct doc_writer writer = {0};
    struct doc_buffer buffer = {0};
    char *text;

    (void)state;
    assert_int_equal(doc_read_backup(&backup, windows_backup, sizeof(windows_backup) - 1), DOC_OK);
    text = saved_backup(&backup);
    assert_string_equal(text, windows_backup);
    free(text);
    doc_backup_fini(&backup);

    assert_int_equal(doc_read_writer(&writer, windows_writer, sizeof(windows_writer) - 1), DOC_OK);
    doc_save_writer(&buffer, &writer);
    text = doc_buffer_take(&buffer);
    assert_string_equal(text, windows_writer);
    free(text);
    doc_writer_fini(&writer);
}

/* What was changed is new; everything else is as it was read. */
static void save__document_was_changed__keeps_what_is_not_known(void **state)
{
    static const char *const kept[] = {
        "later=\"a&lt;b\"",
        "snapshotSetId=\"{6F5B15B5-DA24-4D88-B737-63063E3A1F86}\"",
        "writerId=\"B2014C9E-8711-4C5C-A5A9-3CF384484757\"",
        "color=\"red\"",
        "shape=\"round\"",
        "recursive=\"no\"",
        "size=\"9\"",
        "<LATER with=\"1\">text &amp; <DEEP></DEEP>more</LATER></COMPONENT>",
        "<SECOND></SECOND></WRITER_COMPONENTS>",
        "<SNAPSHOTS><ONE id=\"1\"></ONE></SNAPSHOTS></BACKUP_COMPONENTS>",
        "backupSucceeded=\"yes\"",
    };
    struct doc_backup backup = {0};
    struct doc_backup again = {0};
    char *text, *same;
    size_t i;

    (void)state;
    assert_int_equal(doc_read_backup(&backup, windows_backup, sizeof(windows_backup) - 1), DOC_OK);
    backup.writers[0].components[0].backup_succeeded = DOC_YES;
    text = saved_backup(&backup);
    for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (!strstr(text, kept[i]))
            print_error("%s\nis not in\n%s\n", kept[i], text);
        assert_non_null(strstr(text, kept[i]));
    }
    assert_int_equal(doc_read_backup(&again, text, strlen(text)), DOC_OK);
    same = saved_backup(&again);
    assert_string_equal(same, text);
    free(same);
    free(text);
    /* Another id is not written in the old spelling. */
    backup.set_id.data1++;
    text = saved_backup(&backup);
    assert_non_null(strstr(text, "snapshotSetId=\"6f5b15b6-da24"));
    free(text);
    doc_backup_fini(&again);
    doc_backup_fini(&backup);
}

static void read_backup__bad_text__is_refused_and_leaves_nothing(void **state)
{
    static const struct
    {
        const char *label;
        const char *text;
    } rows[] = {
        {"empty", ""},
        {"no XML", "hello"},
        {"cut off", "<BACKUP_COMPONENTS><WRITER_COMPONENTS"},
        {"another document", "<WRITER_METADATA/>"},
        {"writer without id", "<BACKUP_COMPONENTS><WRITER_COMPONENTS/></BACKUP_COMPONENTS>"},
        {"bad bool", "<BACKUP_COMPONENTS selectComponents=\"maybe\"/>"},
        {"bool and more", "<BACKUP_COMPONENTS selectComponents=\"yesterday\"/>"},
        {"bad backup type", "<BACKUP_COMPONENTS backupType=\"half\"/>"},
        {"bad guid", "<BACKUP_COMPONENTS snapshotSetId=\"1234\"/>"},
        {"component without name",
         "<BACKUP_COMPONENTS><WRITER_COMPONENTS "
         "writerId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\" "
         "instanceId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\"><COMPONENT "
         "componentType=\"database\"/></WRITER_COMPONENTS></BACKUP_COMPONENTS>"},
        {"number too large",
         "<BACKUP_COMPONENTS><WRITER_COMPONENTS backupSchema=\"99999999999\" "
         "writerId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\" "
         "instanceId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\"/></BACKUP_COMPONENTS>"},
        {"number one too large",
         "<BACKUP_COMPONENTS><WRITER_COMPONENTS backupSchema=\"4294967296\" "
         "writerId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\" "
         "instanceId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\"/></BACKUP_COMPONENTS>"},
        {"doctype", "<!DOCTYPE a [<!ENTITY b \"c\">]><BACKUP_COMPONENTS/>"},
        {"two roots", "<BACKUP_COMPONENTS/><BACKUP_COMPONENTS/>"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct doc_backup backup = {0};
        enum doc_result result = doc_read_backup(&backup, rows[i].text, strlen(rows[i].text));

        if (result != DOC_INVALID)
            print_error("row %s: %d\n", rows[i].label, (int)result);
        assert_int_equal(result, DOC_INVALID);
        assert_null(backup.writers);
        assert_int_equal(backup.writer_count, 0);
    }
}

static void read_backup__largest_number__is_read(void **state)
{
    static const char text[] =
        "<BACKUP_COMPONENTS><WRITER_COMPONENTS backupSchema=\"4294967295\" "
        "writerId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\" "
        "instanceId=\"b2014c9e-8711-4c5c-a5a9-3cf384484757\"/></BACKUP_COMPONENTS>";
    struct doc_backup backup = {0};

    (void)state;
    assert_int_equal(doc_read_backup(&backup, text, strlen(text)), DOC_OK);
    assert_int_equal(backup.writers[0].backup_schema, UINT32_MAX);
    doc_backup_fini(&backup);
}

static void read_writer__deep_nesting__is_refused(void **state)
{
    struct doc_writer writer = {0};
    char text[1024] = "<WRITER_METADATA>";
    size_t i;

    (void)state;
    for (i = 0; i < 40; i++)
        strcat(text, "<x>");
    assert_int_equal(doc_read_writer(&writer, text, strlen(text)), DOC_INVALID);
}

/*
 * Every prefix and every single changed byte of a good document is read or refused, without an
 * error of the sanitizers in the host build.
 */
static void read_writer__damaged_text__is_read_or_refused(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(windows_writer) - 1; i++) {
        struct doc_writer writer = {0};
        char damaged[sizeof(windows_writer)];
        enum doc_result result;

        memcpy(damaged, windows_writer, sizeof(damaged));
        assert_int_equal(doc_read_writer(&writer, damaged, i), DOC_INVALID);
        damaged[i] = (char)(damaged[i] ^ 0x15);
        result = doc_read_writer(&writer, damaged, sizeof(damaged) - 1);
        assert_true(result == DOC_OK || (result == DOC_INVALID && !writer.components));
        doc_writer_fini(&writer);
    }
}

static void guid_parse__forms__as_documented(void **state)
{
    static const struct
    {
        const char *text;
        bool good;
    } rows[] = {
        {"b2014c9e-8711-4c5c-a5a9-3cf384484757", true},
        {"{B2014C9E-8711-4C5C-A5A9-3CF384484757}", true},
        {"b2014c9e87114c5ca5a93cf384484757", false},
        {"b2014c9e-8711-4c5c-a5a9-3cf38448475", false},
        {"b2014c9e-8711-4c5c-a5a9-3cf38448475g", false},
        {"{b2014c9e-8711-4c5c-a5a9-3cf384484757", false},
        {"", false},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct doc_guid guid = {0};
        char text[DOC_GUID_CHARS];

        assert_int_equal(doc_guid_parse(&guid, rows[i].text), rows[i].good);
        if (!rows[i].good)
            continue;
        doc_guid_format(&guid, text);
        assert_string_equal(text, "b2014c9e-8711-4c5c-a5a9-3cf384484757");
    }
}

static void files_have__case_and_backslash__do_not_matter(void **state)
{
    struct doc_files files = {0};
    struct doc_backup owner = {0};
    struct doc_writer_components *writer;
    struct doc_component *component;

    (void)state;
    assert_true(doc_files_add(&files, "C:\\Data", "*.DB", NULL, false, 0));
    assert_true(doc_files_have(&files, "c:\\data\\", "*.db", false));
    assert_false(doc_files_have(&files, "c:\\data", "*.db", true));
    assert_false(doc_files_have(&files, "c:\\data\\x", "*.db", false));
    assert_false(doc_files_have(&files, "c:\\data", "*.d", false));
    /* A component that takes the list over frees it. */
    fill_backup(&owner, "ntds");
    writer = &owner.writers[0];
    component = doc_append(&writer->components, &writer->component_count, sizeof(*component));
    assert_non_null(component);
    component->new_targets = files;
    doc_backup_fini(&owner);
}

static void copy_components__whole_writer__equal_and_independent(void **state)
{
    struct doc_backup backup = {0};
    struct doc_writer_components copy = {0};

    (void)state;
    fill_backup(&backup, "ntds");
    assert_true(doc_writer_components_copy(&copy, &backup.writers[0]));
    doc_backup_fini(&backup);
    assert_int_equal(copy.component_count, 1);
    assert_string_equal(copy.components[0].name, "ntds");
    assert_string_equal(copy.components[0].texts[DOC_TEXT_BACKUP_METADATA], "ntds");
    assert_lists(&copy.components[0], "ntds");
    assert_non_null(doc_find_component(&copy, DOC_COMPONENT_DATABASE, "C:_Windows_NTDS", "ntds"));
    assert_null(doc_find_component(&copy, DOC_COMPONENT_DATABASE, NULL, "ntds"));
    doc_writer_components_fini(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_writer__document_of_windows__every_field_is_there),
        cmocka_unit_test(write_writer__read_again__same_text),
        cmocka_unit_test(write_backup__hard_names__come_back_as_they_were),
        cmocka_unit_test(save__document_was_read__differs_in_nothing),
        cmocka_unit_test(save__document_was_changed__keeps_what_is_not_known),
        cmocka_unit_test(read_backup__bad_text__is_refused_and_leaves_nothing),
        cmocka_unit_test(read_backup__largest_number__is_read),
        cmocka_unit_test(read_writer__deep_nesting__is_refused),
        cmocka_unit_test(read_writer__damaged_text__is_read_or_refused),
        cmocka_unit_test(guid_parse__forms__as_documented),
        cmocka_unit_test(files_have__case_and_backslash__do_not_matter),
        cmocka_unit_test(copy_components__whole_writer__equal_and_independent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

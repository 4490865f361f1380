/* The files of the staff app; tools/embed_app.py makes the table when the program is built. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct AppFile {
    const char *path, *type, *etag;
    const char *bytes;
    size_t size;
    const char *gzip; /* empty where it does not get smaller */
    size_t gzip_size;
    bool immutable;
} AppFile;
extern const AppFile app_files[];
extern const size_t app_file_count;

/* Every limit of the kernel, with its reason. Reaching one is ERR_LIMIT with the number. */
#pragma once

enum {
    LIMIT_PACK_BYTES = 1 << 20,      /* one .tian file: the largest sample has 12 KB */
    LIMIT_PACK_FILES = 64,           /* files of one pack */
    LIMIT_PROBLEMS = 200,            /* problems reported at once; more help nobody */
    LIMIT_EXPR_DEPTH = 64,           /* nesting of one expression: recursion is bounded */
    LIMIT_FIELDS = 128,              /* fields of one book: the missing mask is two words */
    LIMIT_LIST_ITEMS = 4096,         /* items of one list */
    LIMIT_BATCH_COMMANDS = 256,      /* commands in one transaction */
    LIMIT_BATCH_BYTES = 4 << 20,     /* bytes of facts in one transaction of interactive work */
    LIMIT_BLOB_BYTES = 8 << 20,      /* one attachment */
    LIMIT_PICTURE_PIXELS = 60000000, /* as its head says; phones take at most 50 million */
    LIMIT_IMPORT_BYTES = 1 << 30,    /* one file to import */
    LIMIT_IMPORT_ROWS = 4 << 20, /* its rows: twelve months of every village of a country's third */
    LIMIT_IMPORT_COLUMNS = 1024, /* its columns: eight times the fields of the widest book */
    LIMIT_XLSX_UNPACKED = 512 << 20, /* a sheet inflated: 690k rows of 72 columns stay below */
    LIMIT_XLSX_RATIO = 200,          /* inflated / packed of a zip member; text packs below 50 */
    LIMIT_TEMPLATE_CELLS = 2000000,  /* of one table to fill in: beyond, nobody fills it by hand */
    LIMIT_UNITS = 4 << 20,           /* units ever created in one store */
    LIMIT_TREE_DEPTH = 32,           /* levels of a tree of units */
    LIMIT_PART_BYTES = 96 << 20,     /* one part of a fact: a pack of 64 files, escaped */
    LIMIT_FACT_PARTS = 64,           /* parts of one fact, the envelope included */
    LIMIT_QUEUE = 4096,              /* commands that wait for the writer */
    LIMIT_TEXT_BYTES = 64 << 10,     /* one text value */
    LIMIT_BLOCKS_BYTES =
        24 << 20, /* blocks of returns in memory: a city of villages, two years of months */
    LIMIT_NAME_BYTES =
        300,               /* name of a unit: 100 Han characters; the longest of the lists has 22 */
    LIMIT_CODE_BYTES = 40, /* code of a unit: the official ones end at 12 */
    LIMIT_CONNECTIONS =
        4096,             /* of one server: a city's staff, three each; a quarter for one address */
    LIMIT_HELD = 4096,    /* calls that wait for the writer: as many as its queue takes */
    LIMIT_STREAMS = 2048, /* event streams: one a person; half of the connections */
    LIMIT_STREAM_BYTES = 32 << 10, /* events waiting for one slow reader: 400 of them */
    LIMIT_CALL_BYTES = 64 << 20,   /* memory of one request; its body has a limit of its own */
    LIMIT_CALL_BODY = 64 << 10,    /* body where the handler says nothing */
    LIMIT_CALL_RATE =
        1 << 10, /* bytes a second that a client must manage: a tenth of a bad 2G line */
    LIMIT_HEAD_BYTES = 16 << 10,    /* head and reply head of a request: browsers send below 2 KB */
    LIMIT_HEAD_MS = 10 * 1000,      /* a whole head: it fits in one packet */
    LIMIT_BODY_MS = 30 * 1000,      /* grace before the rate counts: a phone that changes cells */
    LIMIT_IDLE_MS = 60 * 1000,      /* between two requests of one connection */
    LIMIT_BEAT_MS = 20 * 1000,      /* silence of an event stream: proxies cut at 30 to 60 s */
    LIMIT_HEAVY = 128,              /* slow work that waits: a minute of passwords on two threads */
    LIMIT_JSON_MEMBERS = 1024,      /* of one object: eight times the fields of the widest book */
    LIMIT_ANSWER_BYTES = 16 << 20,  /* one answer as JSON */
    LIMIT_UPLOAD_BYTES = 32 << 20,  /* one Excel file sent by a browser */
    LIMIT_PAGES_BYTES = 8 << 20,    /* pages of residents kept: 400 of them, plain and packed */
    LIMIT_STREAMS_PERSON = 6,       /* event streams of one person: windows and devices */
    LIMIT_DISK_RESERVE = 256 << 20, /* free room below which nothing is written */
    LIMIT_RESERVE_FILE = 16 << 20,  /* room kept for closing and saving on a full disk */
    LIMIT_REPORT_BYTES = 26 << 20,  /* a resident's report: three photos as phones take them */
    LIMIT_REPORT_PHOTO = 12 << 20,  /* one of them as sent; what is kept has some 300 KB */
    LIMIT_PHOTO_PIXELS = 50000000,  /* decoded at an eighth: a phone's largest */
    LIMIT_PHOTO_WHOLE = 16000000,   /* what must be decoded whole: PNG, progressive JPEG: 48 MB */
    LIMIT_IMAGES_BYTES = 16 << 20,  /* pictures drawn again, kept: 80 of them */
    LIMIT_REPORTS_ADDRESS = 20, /* reports of one address at once: telephones share addresses … */
    LIMIT_REPORTS_ADDRESS_MS = 2 * 60 * 1000, /* … then one in two minutes */
    LIMIT_REPORTS_UNIT = 60, /* of one unit at once: a village after a storm; a flood of them hides
                                what is real from two clerks */
    LIMIT_REPORTS_UNIT_MS = 60 * 1000,
    LIMIT_JOINS_ADDRESS = 20, /* "me too" of one address */
    LIMIT_JOINS_ADDRESS_MS = 5 * 60 * 1000,
    LIMIT_JOIN_AGAIN_MS = 10 * 60 * 1000, /* for the same matter: a street behind one address */
    LIMIT_SECRETS_ADDRESS = 10, /* wrong secrets: 60 bits are not guessed; this is for the load */
    LIMIT_SECRETS_ADDRESS_MS = 30 * 1000,
    LIMIT_SECRETS_NUMBER =
        50, /* of one matter from everywhere: its reporter types on undisturbed */
    LIMIT_SECRETS_NUMBER_MS = 60 * 1000,
    LIMIT_REPORTER_MOVES = 10, /* by one secret: solved, not solved, again */
    LIMIT_REPORTER_MOVES_MS = 10 * 60 * 1000,
    LIMIT_KEY_REQUESTS = 200, /* by one key of Open311: a city's app hands over a night's reports */
    LIMIT_KEY_REQUESTS_MS = 1000,
    LIMIT_LINEAGE_PARTS = 64, /* units in one merge or split */
    LIMIT_SHARE_DEN =
        1000000000, /* common denominator of one split: shares by heads or fen of a city */
};

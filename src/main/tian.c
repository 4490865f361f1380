/* tian: the command line of the kernel. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "main/main.h"

static const Door doors[] = {
    { "init", "DIR [--store URL]", "新建一个账本", "make a new store", 1, door_init },
    { "check", "PACK…", "检查制度包并跑它的例子", "check packs and run their tests", 1,
      door_check },
    { "fmt", "FILE… [--to zh|en]", "把制度文本就地改成标准样子",
      "rewrite pack files in canonical form", 1, door_fmt },
    { "pack", "DIR load|list|diff [PACK]", "装入、列出、比较制度包", "load, list, compare packs", 2,
      door_pack },
    { "units", "DIR import FILE… --day D | show [UNIT] [--day D] | lineage UNIT",
      "单位：导入名单、查看、来历", "units: import lists, show, lineage", 2, door_units },
    { "import", "DIR BOOK FILE [--period P] [--as SEAT] [--dry-run] [--json]",
      "从 Excel 或 CSV 导入", "import from Excel or CSV", 3, door_import },
    { "template", "DIR BOOK [--unit CODE] [--period P] FILE", "生成可填写的 Excel 表",
      "make an Excel file to fill in", 3, door_template },
    { "do", "DIR COMMAND [KEY=VALUE…] [--as SEAT] [--act HEX]", "做一件事（不写 COMMAND 看全部）",
      "carry out one command", 1, door_do },
    { "run", "DIR --acts FILE", "按时间先后做一串事，其间到期的照样发生",
      "carry out many acts, each at its time, and what is due between them", 1, door_run },
    { "people",
      "DIR open LOGIN NAME [--seat ROLE@CODE,…] [--password-from FILE] | list | link LOGIN | "
      "second LOGIN",
      "账号：开设、名单、一次性链接、动态码", "accounts: open, list, one-time links, second factor",
      2, door_people },
    { "figure", "DIR NAME [--unit CODE] [--period P] [--known DAY] [--each KIND] [--json]",
      "查一个数字", "ask a figure", 2, door_figure },
    { "trace", "DIR NAME --unit CODE --period P [--json]", "看一个数字的依据",
      "open a figure down to its facts", 2, door_trace },
    { "due", "DIR [--unit CODE] --from TIME --limit 3wd|4h|2wh|30min|2d [--json] | --stdin",
      "算一个时限到什么时候为止（按单位的作息）", "when a limit ends, by the unit's hours of work",
      1, door_due },
    { "tick", "DIR [--json]", "把到时限该做的事做完", "do what is due by now", 1, door_tick },
    { "replay",
      "DIR BOOK|FLOW --from DAY --to DAY --with CHANGE… [--unit CODE] [--json]; CHANGE: limit=3wd, "
      "limit.KIND=5wd, CLOCK.limit=…, calendar=NAME, route.KIND=UNIT",
      "换个时限、作息或派法，把办过的事重走一遍",
      "run past cases again under other limits, hours, routes", 2, door_replay },
    { "bulletin", "DIR check|build ISSUE [--out FILE]", "核对、排出一期刊物",
      "check or build an issue", 3, door_bulletin },
    { "page", "DIR PATH|every [--unit CODE] [--period P] [--out FILE] [--en]",
      "排出一张公开页；every 把每一页都排一遍", "write one public page, or try every one", 2,
      door_page },
    { "view", "DIR [NAME [KEY=VALUE…]] [--as SEAT]", "读一个视图（不写 NAME 看全部）",
      "read one view", 1, door_view },
    { "api", "ts|openapi", "接口的 TypeScript 类型、OpenAPI 文件",
      "types and OpenAPI of the interface", 1, door_api },
    { "serve", "DIR [--listen ADDR:PORT] [--origin URL] [--clock DAY] [--reserve MB]",
      "打开网页服务", "serve it on the web", 1, door_serve },
    { "open311", "DIR key add NAME|drop NAME|list", "给用 Open311 报事的软件发钥匙",
      "keys for programs that report by Open311", 3, door_open311 },
    { "verify", "DIR", "逐条验算账本", "verify every fact of the log", 1, door_verify },
    { "rebuild", "DIR", "从账本重建全部视图", "derive all views again from the log", 1,
      door_rebuild },
    { "digest", "DIR", "视图的指纹", "digest of the views", 1, door_digest },
    { "backup", "DIR FILE", "备份成一个文件", "back up into one file", 2, door_backup },
    { "restore", "FILE DIR [--store URL]", "从备份恢复", "restore from a backup", 2, door_restore },
    { "manual", "", "制度语言手册", "manual of the pack language", 0, door_manual },
};

int report(const Work *w, Lang lang)
{
    Str text = word_text(w->arena, w->err.what, lang);
    fprintf(stderr, "tian: %.*s\n", STR_ARG(text));
    if (w->err.notes)
        fprintf(stderr, "  (%s)\n", w->err.notes);
    if (getenv("TIAN_WHERE"))
        fprintf(stderr, "  %s %s\n", w->err.where, w->err.what);
    return w->err.code == ERR_STORE ? EXIT_STORE : EXIT_REFUSED;
}

int print(Str text)
{
    bool ok = fwrite(text.p, 1, text.n, stdout) == text.n && fflush(stdout) == 0;
    return ok ? EXIT_DONE : EXIT_STORE;
}

static int usage(const Door *only, Lang lang)
{
    fputs(lang == LANG_ZH ? "田：基层治理工作的账本、数字和刊物\n\n用法：\n"
                          : "Tian: facts, figures and bulletins of grassroots work\n\nUsage:\n",
          stderr);
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        if (!only || only == &doors[i])
            fprintf(stderr, "  tian %s %s\n      %s\n", doors[i].name, doors[i].usage,
                    lang == LANG_ZH ? doors[i].zh : doors[i].en);
    fputs(lang == LANG_ZH ? "\n退出码：0 做完，1 内容有误被退回，2 用法不对，3 存储出错\n"
                          : "\nExit: 0 done, 1 refused by content, 2 usage, 3 store\n",
          stderr);
    return EXIT_USAGE;
}

/* An option with a value; the value is the next word. */
static const char **option_of(Args *args, const char *name)
{
    const struct {
        const char *name;
        const char **to;
    } options[] = {
        { "--unit", &args->unit },
        { "--period", &args->period },
        { "--known", &args->known },
        { "--each", &args->each },
        { "--as", &args->as },
        { "--out", &args->out },
        { "--store", &args->store },
        { "--day", &args->day },
        { "--to", &args->to },
        { "--seat", &args->seats },
        { "--password-from", &args->password_from },
        { "--act", &args->act },
        { "--listen", &args->listen },
        { "--origin", &args->origin },
        { "--clock", &args->clock },
        { "--reserve", &args->reserve },
        { "--acts", &args->acts },
        { "--from", &args->from },
        { "--limit", &args->limit },
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!strcmp(name, options[i].name))
            return options[i].to;
    return NULL;
}

static bool read_args(int argc, char **argv, Args *args)
{
    for (int i = 2; i < argc; i++) {
        const char **to = option_of(args, argv[i]);
        if (to) {
            if (i + 1 == argc)
                return false;
            *to = argv[++i];
        } else if (!strcmp(argv[i], "--with")) {
            if (i + 1 == argc || args->with_count == WITH_MAX)
                return false;
            args->with[args->with_count++] = argv[++i];
        } else if (!strcmp(argv[i], "--json")) {
            args->json = true;
        } else if (!strcmp(argv[i], "--dry-run")) {
            args->dry_run = true;
        } else if (!strcmp(argv[i], "--stdin")) {
            args->lines = true;
        } else if (!strcmp(argv[i], "--en")) {
            args->lang = LANG_EN;
        } else if (!strncmp(argv[i], "--", 2) || args->count == ARGS_MAX) {
            return false;
        } else {
            args->word[args->count++] = argv[i];
        }
    }
    return true;
}

static Lang process_lang(void)
{
    const char *names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return word_lang_of(value);
    }
    return LANG_ZH;
}

int main(int argc, char **argv)
{
    static Args args;
    args.lang = process_lang();
    const Door *door = NULL;
    for (size_t i = 0; argc > 1 && i < sizeof doors / sizeof *doors; i++)
        if (!strcmp(argv[1], doors[i].name))
            door = &doors[i];
    if (argc == 2 && !strcmp(argv[1], "help"))
        return (void)usage(NULL, args.lang), EXIT_DONE;
    if (!door || !read_args(argc, argv, &args) || args.count < door->least)
        return usage(door, args.lang);
    const char *clock = args.clock ? args.clock : getenv("TIAN_CLOCK");
    if (clock && !env_set_clock(str_of(clock))) {
        Work *none = work_open(env_real(), (size_t)1 << 20);
        (void)fail(none, ERR_BAD_INPUT, "main.clock given=%s", clock);
        (void)report(none, args.lang);
        work_close(&none);
        return EXIT_USAGE;
    }
    Work *w = work_open(env_real(), (size_t)2 << 30);
    int code = door->run(w, &args);
    if (w->err.code != ERR_NONE)
        code = report(w, args.lang);
    work_close(&w);
    return code == -1 ? usage(door, args.lang) : code;
}

/* The bench itself: core's small world with what command needs beside it. */
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "command/test_command.h"

/* A book of cases: raised by a keeper or a resident, handed to the county, answered, agreed to. */
#define CASES                                                                                      \
    "list hurt \"损坏\" (limit duration) {\n"                                                    \
    "  roof \"漏雨\" (2wd)\n"                                                                    \
    "  road \"路坏\" (10wd)\n"                                                                   \
    "}\n"                                                                                          \
    "flow mend \"修理\"(limit duration) {\n"                                                     \
    "  state reported \"已报\"\n"                                                                \
    "  state taken \"已接\"\n"                                                                   \
    "  state done \"已修\"\n"                                                                    \
    "  state closed \"已结\" final\n"                                                            \
    "  clock total \"时限\" from taken.first until done limit limit {\n"                         \
    "    late 0wd: tell holder, keeper at owner\n"                                                 \
    "  }\n"                                                                                        \
    "  new -> reported \"报修\" by keeper at farm | resident to owner\n"                         \
    "  reported -> taken \"接单\" by keeper at owner public\n"                                   \
    "  hand: taken -> taken \"转办\" by holder to dept { dept unit county \"交给\" }\n"        \
    "  taken -> done \"修好\" by holder { how text(40) \"怎么修\" }\n"                        \
    "  done -> closed \"认可\" by reporter | office at county except done.actor\n"               \
    "  unsolved: done -> taken \"没修好\" by reporter keeps total {\n"                          \
    "    complaint text(40) \"哪里不好\"\n"                                                    \
    "  }\n"                                                                                        \
    "}\n"                                                                                          \
    "book mended \"用料\" under repair {\n"                                                      \
    "  thing text(20) \"料\"\n"                                                                   \
    "}\n"                                                                                          \
    "book repair \"报修\" of farm dated taken.first {\n"                                         \
    "  no     text(20) \"编号\" unique made \"{county}{year}{seq:4}\"\n"                         \
    "  kind   hurt \"类别\"\n"                                                                   \
    "  what   text(100) \"事由\" public\n"                                                       \
    "  caller contact \"联系\" optional private(\"回话\", keep 1y after closed.last)\n"        \
    "  same   record repair \"并入\" optional\n"                                                 \
    "  read   office at city\n"                                                                    \
    "  write  anyone | office at city\n"                                                           \
    "  flow   mend(kind.limit)\n"                                                                  \
    "}\n"

static int32_t seat_at(Bench *b, int32_t unit, const char *role)
{
    World *t = &b->t;
    int32_t seat = 0, person = 0;
    CHECK(core_begin(t->w, t->core, NULL));
    CHECK(seat_create(t->w, t->core, unit, set_role(t->set, str_of(role))->number, 17000, &seat));
    CHECK(person_hold(t->w, t->core, seat, 17000, &person));
    CHECK(core_commit(t->w, t->core));
    return seat;
}

static Bench furnish(World t)
{
    Bench b = { .t = t, .person = -1 };
    Problems problems = { 0 };
    CHECK(world_load(&b.t, 2, "  read  anyone\n  write keeper at farm\n}\nbook loan_part",
                     "  read  anyone\n"
                     "  read  office at county : who\n"
                     "  write keeper at farm\n"
                     "}\n"
                     "role boss \"管理\" at city duty system\n"
                     "figure tons_all \"总吨数\" = sum(crop: tons)\n" CASES "book loan_part",
                     &problems));
    b.k.core = b.t.core;
    b.k.figures = figures_open(b.t.core);
    b.k.cases = cases_open(b.t.core);
    b.k.numbers = numbers_open();
    b.k.links = links_open(b.t.core);
    CHECK(accounts_open(b.t.w, b.t.core->store.db, &b.k.accounts));
    b.keeper = seat_at(&b, b.t.farm[0], "keeper");
    b.neighbour = seat_at(&b, b.t.farm[1], "keeper");
    b.office = seat_at(&b, b.t.county, "office");
    b.boss = seat_at(&b, b.t.city, "boss");
    return b;
}

Bench bench_open(void)
{
    return furnish(world_open());
}

Bench bench_open_on(const char *dir, const char *url)
{
    return furnish(world_open_on(dir, url));
}

void bench_close(Bench *b)
{
    if (!figures_prove(b->t.w, b->k.figures)) {
        printf("# live columns are not what the records say: %s\n", b->t.w->err.what);
        test_failures++;
    }
    links_close(&b->k.links);
    numbers_close(&b->k.numbers);
    cases_close(&b->k.cases);
    figures_close(&b->k.figures);
    accounts_close(&b->k.accounts);
    world_close(&b->t);
}

CommandAsk bench_ask(Work *w, const char *command, const char *fields)
{
    Str rest = str_of(fields);
    Str piece, name;
    Cell *cells = arena_array(w->arena, Cell, 32);
    CommandAsk ask = { .row = command_find(str_of(command)), .given = cells };
    CHECK(ask.row);
    while (str_next(&rest, ' ', &piece)) {
        CHECK(str_next(&piece, '=', &name) && piece.p && ask.n < 32);
        cells[ask.n++] = (Cell){ name, piece };
    }
    return ask;
}

bool bench_do(Bench *b, int32_t seat, const char *act, const char *command, const char *fields)
{
    Work *w = b->t.w;
    ActId id;
    work_clear(w);
    CommandAsk ask = bench_ask(w, command, fields);
    ask.seat = seat;
    ask.person = b->person >= 0 ? b->person : seat_person(b->t.core, seat, work_today(w));
    if (act) {
        CHECK(hex_parse(str_of(act), id.byte, sizeof id.byte));
        ask.act = &id;
    }
    return command_run(w, &b->k, &ask, &b->done);
}

Str bench_answer(const Bench *b)
{
    return buf_str(&b->done.answer);
}

int64_t bench_facts(const Bench *b)
{
    return core_known(b->t.core);
}

bool bench_fault(const Bench *b, const char *field, const char *what)
{
    for (size_t i = 0; i < b->done.faults.n; i++)
        if (str_is(b->done.faults.at[i].field, field) &&
            str_starts(str_of(b->done.faults.at[i].what), str_of(what)))
            return true;
    return false;
}

Str bench_digest(Bench *b)
{
    Str all = { 0 }, line = { 0 };
    CHECK(store_digest(b->t.w, b->t.core->store.db, &all));
    Buf out = buf_open(b->t.w->arena, 1 << 16);
    while (str_next(&all, '\n', &line))
        if (!str_starts(line, STR("holder")) && !str_starts(line, STR("total"))) {
            buf_put(&out, line);
            buf_putc(&out, '\n');
        }
    return buf_str(&out);
}

const char *bench_folder(Work *w)
{
    const char *base = getenv("TMPDIR");
    char *dir = arena_printf(w->arena, "%s/tian_command_XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(dir));
    return dir;
}

void bench_drop(const char *dir)
{
    DIR *open = opendir(dir);
    CHECK(open);
    for (struct dirent *entry; (entry = readdir(open));)
        (void)unlinkat(dirfd(open), entry->d_name, 0);
    closedir(open);
    (void)rmdir(dir);
}

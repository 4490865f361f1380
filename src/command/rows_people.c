/* Posts, who holds them, what is given to them, and the accounts of persons. Who may is judged by
 * core/right: here fields become values, and accounts are written beside the facts. */
#include "command/command_int.h"

/* ---- given ---- */

static bool given_seat(Work *w, Kernel *k, const CommandAsk *ask, Seat *ret)
{
    return seat_find(w, k->core, given_text(ask, "seat"), ret);
}

/* The last day, 0 without it. */
static bool given_last(Work *w, const CommandAsk *ask, CommandDone *done, int32_t *ret)
{
    *ret = 0;
    return !given_text(ask, "to").n || given_day(w, ask, done, "to", ret);
}

/* A person by number or by login, with an open account. */
static bool given_person(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, Account *ret)
{
    int64_t number = 0;
    Str login = given_text(ask, "login");
    TRY(given_int(w, ask, done, "person", &number));
    if (!login.n && !number)
        return given_fault(w, ask, done, "login", "fault.required");
    bool found = login.n ? account_login(w, k->accounts, login, ret)
                         : account_of(w, k->accounts, (int32_t)number, ret);
    if (!found)
        return false;
    if (login.n && number && number != ret->person)
        return given_fault(w, ask, done, "login", "account.unknown");
    if (ret->closed)
        return fail(w, ERR_BAD_INPUT, "account.closed name=%.*s", STR_ARG(ret->name));
    return true;
}

static bool given_pack(Work *w, Kernel *k, const CommandAsk *ask, const Pack **ret)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    *ret = set ? set_pack(set, given_text(ask, "pack")) : NULL;
    return *ret ||
           fail(w, ERR_NOT_FOUND, "command.pack name=%.*s", STR_ARG(given_text(ask, "pack")));
}

/* ---- posts ---- */

static bool run_seat_create(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit, made;
    const Role *role;
    TRY(given_role(w, k, ask, &role));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    return seat_create(w, k->core, unit, role->number, day, &made);
}

static bool tell_seat(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact,
                      CommandDone *done)
{
    (void)ask;
    buf_putz(&done->answer, "\"seat\":");
    buf_json(&done->answer, seat_name(w, k->core, (int32_t)fact->subject, work_today(w)));
    return true;
}

static bool run_seat_close(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day;
    Seat seat;
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_seat(w, k, ask, &seat));
    return seat_close(w, k->core, seat.seat, day);
}

/* ---- accounts ---- */

static bool give_link(Work *w, Kernel *k, int32_t person, CommandDone *done)
{
    Str token;
    TRY(link_put(w, k->accounts, k->core->store.db, person, &token));
    buf_printf(&done->answer, "\"token\":\"%.*s\",", STR_ARG(token));
    return true;
}

static bool tell_person(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact,
                        CommandDone *done)
{
    Account account;
    (void)ask;
    if (!account_of(w, k->accounts, (int32_t)fact->subject, &account))
        work_clear(w); /* opened in this very act: memory follows at the commit */
    buf_printf(&done->answer, "\"person\":%lld", (long long)fact->subject);
    return true;
}

/* A number that neither a fact about seats nor an account has. */
static int32_t new_person(Work *w, Kernel *k)
{
    for (;;) {
        Account taken;
        int32_t person = person_new(w, k->core);
        if (!account_of(w, k->accounts, person, &taken)) {
            work_clear(w);
            return person;
        }
    }
}

static bool run_person_open(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t person = new_person(w, k);
    return account_put(w, k->accounts, k->core->store.db, given_text(ask, "login"),
                       given_text(ask, "name"), person) &&
           give_link(w, k, person, done) && person_told(w, k->core, VERB_PERSON_OPEN, person);
}

static bool run_person_link(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    Account account;
    TRY(given_person(w, k, ask, done, &account));
    return give_link(w, k, account.person, done) &&
           person_told(w, k->core, VERB_PERSON_LINK, account.person);
}

/* Who goes leaves all seats, from the next day's view on as from today's. */
static bool run_person_close(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    Account account;
    size_t n;
    int32_t today = work_today(w);
    TRY(given_person(w, k, ask, done, &account));
    if (ask->person && account.person == ask->person)
        return fail(w, ERR_BAD_INPUT, "right.not_oneself");
    TRY(person_told(w, k->core, VERB_PERSON_CLOSE, account.person));
    const HolderRow *holders = rights_holders(k->core, &n);
    for (size_t i = 0; i < n; i++)
        if (holders[i].person == account.person && holders[i].to_day > today)
            TRY(person_leave(w, k->core, holders[i].seat, account.person, today));
    return account_close_put(w, k->accounts, k->core->store.db, account.person);
}

/* ---- who holds a post ---- */

static bool put_hold(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                     const char *first_day, bool stand_in)
{
    Seat seat;
    Account account;
    Hold hold = { .stand_in = stand_in };
    TRY(given_day(w, ask, done, first_day, &hold.from_day));
    TRY(given_last(w, ask, done, &hold.last_day));
    TRY(given_seat(w, k, ask, &seat));
    TRY(given_person(w, k, ask, done, &account));
    hold.seat = seat.seat;
    hold.person = account.person;
    return person_put(w, k->core, &hold);
}

static bool run_seat_hold(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    return put_hold(w, k, ask, done, "day", false);
}

static bool run_stand_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    return put_hold(w, k, ask, done, "from", true);
}

/* Who leaves is the holder unless somebody is named, whose account may be closed already. */
static bool run_seat_leave(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day;
    Seat seat;
    Account account = { 0 };
    int64_t number = 0;
    Str login = given_text(ask, "login");
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_seat(w, k, ask, &seat));
    TRY(given_int(w, ask, done, "person", &number));
    if (login.n)
        TRY(account_login(w, k->accounts, login, &account));
    int32_t person = login.n ? account.person : (int32_t)number;
    return person_leave(w, k->core, seat.seat,
                        person ? person : seat_person(k->core, seat.seat, day), day);
}

/* ---- grants ---- */

static bool run_grant_give(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, last, unit;
    Seat to;
    const Role *role;
    TRY(given_role(w, k, ask, &role));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_last(w, ask, done, &last));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    TRY(given_seat(w, k, ask, &to));
    return grant_give_until(w, k->core, to.seat, unit, role->number, day, last);
}

static bool run_grant_read(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, last, unit;
    Seat to;
    const Pack *pack;
    TRY(given_pack(w, k, ask, &pack));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_last(w, ask, done, &last));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    TRY(given_seat(w, k, ask, &to));
    return grant_read(w, k->core, to.seat, unit, pack, day, last);
}

/* Of a role, or of reading a pack. */
static bool run_grant_end(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    int32_t day, unit;
    Seat of;
    const Role *role = NULL;
    const Pack *pack = NULL;
    bool reading = given_text(ask, "pack").n > 0;
    if (!reading && !given_text(ask, "role").n)
        return given_fault(w, ask, done, "role", "fault.required");
    if (reading)
        TRY(given_pack(w, k, ask, &pack));
    else
        TRY(given_role(w, k, ask, &role));
    TRY(given_day(w, ask, done, "day", &day));
    TRY(given_unit(w, k, ask, "unit", day, &unit));
    TRY(given_seat(w, k, ask, &of));
    return grant_end(w, k->core, of.seat, unit, role ? role->number : 0,
                     pack ? pack->name : STR(""), day);
}

/* ---- the rows ---- */

#define SEAT                                                                                       \
    {                                                                                              \
        "seat", "岗位（角色@代码）", "seat (role@code)", false, FORM_SEAT                          \
    }
#define ROLE                                                                                       \
    {                                                                                              \
        "role", "角色", "role", false, FORM_ROLE                                                   \
    }
#define UNIT                                                                                       \
    {                                                                                              \
        "unit", "单位代码", "code of the unit", false, FORM_UNIT                                   \
    }
#define PACK                                                                                       \
    {                                                                                              \
        "pack", "制度包", "pack", false, FORM_PACK                                                 \
    }
#define PERSON                                                                                     \
    {                                                                                              \
        "person", "人员编号", "number of the person", true, FORM_PERSON                            \
    }
#define LOGIN                                                                                      \
    {                                                                                              \
        "login", "登录名", "login", true, FORM_TEXT                                                \
    }
#define DAY                                                                                        \
    {                                                                                              \
        "day", "日期（不填为今天）", "day; left out = today", true, FORM_DAY                       \
    }
#define TO                                                                                         \
    {                                                                                              \
        "to", "到哪天为止", "last day", true, FORM_DAY                                             \
    }
#define UNTIL                                                                                      \
    {                                                                                              \
        "to", "到哪天为止", "last day", false, FORM_DAY                                            \
    }

static const CommandRow rows[] = {
    { "seat.create",
      "设岗位",
      "create a seat",
      { ROLE, UNIT, DAY },
      run_seat_create,
      tell_seat,
      DUTY_SYSTEM,
      false },
    { "seat.close",
      "撤岗位",
      "close a seat",
      { SEAT, DAY },
      run_seat_close,
      tell_seat,
      DUTY_SYSTEM,
      false },
    { "person.open",
      "开账号",
      "open an account",
      { { "login", "登录名", "login", false, FORM_TEXT },
        { "name", "姓名", "name", false, FORM_TEXT } },
      run_person_open,
      tell_person,
      DUTY_PEOPLE,
      false },
    { "person.link",
      "发一次性链接",
      "give a one-time link",
      { PERSON, LOGIN },
      run_person_link,
      tell_person,
      DUTY_PEOPLE,
      false },
    { "person.close",
      "注销账号",
      "close an account",
      { PERSON, LOGIN },
      run_person_close,
      tell_person,
      DUTY_PEOPLE,
      false },
    { "seat.hold",
      "任职",
      "name the holder of a seat",
      { SEAT, PERSON, LOGIN, DAY, TO },
      run_seat_hold,
      tell_seat,
      DUTY_PEOPLE,
      false },
    { "seat.leave",
      "离任",
      "end somebody's holding",
      { SEAT, PERSON, LOGIN, DAY },
      run_seat_leave,
      tell_seat,
      DUTY_NONE,
      false },
    { "seat.stand_in",
      "代管岗位",
      "let somebody stand in",
      { SEAT, PERSON, LOGIN, { "from", "从哪天起", "first day", false, FORM_DAY }, UNTIL },
      run_stand_in,
      tell_seat,
      DUTY_NONE,
      false },
    { "grant.give",
      "授权",
      "give a grant",
      { SEAT, ROLE, UNIT, DAY, TO },
      run_grant_give,
      NULL,
      DUTY_NONE,
      false },
    { "grant.read",
      "准许查阅",
      "let a seat read a pack",
      { SEAT, PACK, UNIT, DAY, UNTIL },
      run_grant_read,
      NULL,
      DUTY_NONE,
      false },
    { "grant.end",
      "收回授权",
      "end a grant",
      { SEAT,
        { "role", "角色（收回授予的职务）", "role, of a grant of one", true, FORM_ROLE },
        { "pack", "制度包（收回查阅）", "pack, of a grant to read", true, FORM_PACK },
        UNIT,
        DAY },
      run_grant_end,
      NULL,
      DUTY_NONE,
      false },
};

CommandRows rows_people(void)
{
    return (CommandRows){ rows, sizeof rows / sizeof *rows };
}

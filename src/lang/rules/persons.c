/* Persons in packs: who is named is private, who lives somewhere is not rated. A pack is judged by
 * its titles and names, for they are what an office reads; every refusal names its rule. */
#include "base/utf8.h"
#include "lang/compile_int.h"

typedef struct Phrase {
    const char *word;
    bool tail; /* a person's only at the end or before a number sign: 电话号码, not 电话量 */
} Phrase;

static Str title_of(const Node *n)
{
    const Node *title = node_kid(n, NODE_TITLE);
    return title ? node_name(title) : STR("");
}

/* Does one of the words stand at the head of the text? */
static bool heads(Str text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(text, str_of(words[i])))
            return true;
    return false;
}

static bool has_any(Str text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_find(text, str_of(words[i])) != SIZE_MAX)
            return true;
    return false;
}

/* Is one of the words a whole part of the name: parts stand between underscores. */
static bool has_part(Str name, const char *const *words, size_t n)
{
    Str rest = name;
    Str piece;
    while (str_next(&rest, '_', &piece))
        for (size_t i = 0; i < n; i++)
            if (str_is(piece, words[i]))
                return true;
    return false;
}

#define COUNT_OF(words) (sizeof(words) / sizeof *(words))

/* ---- the personal is private ---- */

static const Phrase personal[] = {
    { "姓名", false },   { "身份证", false },  { "证件号", false }, { "银行卡", false },
    { "银行账", false }, { "银行帐", false },  { "住址", false },   { "家庭地址", false },
    { "户主", true },    { "电话", true },     { "手机", true },    { "账号", true },
    { "帐号", true },    { "联系方式", true }, { "微信", true },    { "护照", true },
};

/* Of an office, not of a person. */
static bool is_of_office(Str before)
{
    static const char *const offices[] = { "办公", "值班", "服务", "举报", "监督", "咨询",
                                           "公开", "对公", "热线", "投诉", "单位", "公众" };
    for (size_t i = 0; i < COUNT_OF(offices); i++)
        if (str_ends(before, str_of(offices[i])))
            return true;
    return false;
}

static bool ends_phrase(Str after)
{
    static const char *const ends[] = { "号", "（", "(", "、", "/", "／", "及", "和", "或" };
    return !after.n || heads(after, ends, COUNT_OF(ends));
}

static bool names_person(Str text)
{
    for (size_t i = 0; i < COUNT_OF(personal); i++) {
        Str word = str_of(personal[i].word);
        size_t at = str_find(text, word);
        if (at == SIZE_MAX || is_of_office(str_sub(text, 0, at)))
            continue;
        if (!personal[i].tail || ends_phrase(str_sub(text, at + word.n, text.n)))
            return true;
    }
    return false;
}

/* A written text that says who someone is or where to find him. */
static bool is_personal(const Node *n)
{
    static const char *const parts[] = { "phone",  "mobile",   "tel",     "telephone",
                                         "idcard", "fullname", "surname", "passport" };
    Str title = title_of(n);
    return names_person(title) || names_person(node_name(n)) ||
           has_part(node_name(n), parts, COUNT_OF(parts));
}

static void check_personal(Compiler *c, const Load *load, const Node *n)
{
    const Node *type = node_kid(n, NODE_TYPE);
    bool written =
        type && (type->word == WORD_TEXT || type->word == WORD_CODE || type->word == WORD_PROSE);
    bool digits = type && (type->word == WORD_INT || type->word == WORD_DECIMAL) &&
                  str_find(title_of(n), STR("号")) != SIZE_MAX;
    if ((!written && !digits) || node_clause(n, WORD_PRIVATE))
        return;
    if (is_personal(n))
        complain(&c->c, n->file, node_place(n), NULL, "lang.personal name=%.*s title=%.*s",
                 STR_ARG(node_name(n)), STR_ARG(title_of(n)));
    else if (load->fresh && written && str_ends(title_of(n), STR("人")) &&
             !str_ends(title_of(n), STR("法人")))
        complain_warning(&c->c, n->file, node_place(n), "lang.personal_guess name=%.*s",
                         STR_ARG(node_name(n)));
}

/* ---- residents are not rated ---- */

static bool is_resident(Str name, Str title)
{
    static const char *const names[] = { "resident", "residents", "villager",  "villagers",
                                         "citizen",  "person",    "household", "inhabitant" };
    static const char *const titles[] = { "居民", "村民", "群众", "住户", "农户",
                                          "户主", "个人", "公民", "人员" };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (str_is(name, names[i]))
            return true;
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        if (str_is(title, titles[i]) || str_is(name, titles[i]))
            return true;
    return false;
}

/* The title speaks of persons; what persons think of an office, or an office with their name
 * before it, is not about them. */
static bool speaks_of_persons(Str title)
{
    static const char *const who[] = { "居民", "村民",   "住户", "农户", "户主",   "家庭",   "个人",
                                       "公民", "文明户", "读者", "群众", "借书人", "借阅人", "用户",
                                       "业主", "学生",   "老人", "党员", "会员",   "老年人" };
    static const char *const office[] = { "满意", "评议", "反映", "委员会", "委会", "小组",
                                          "代表", "大会", "食堂", "中心",   "之家", "服务",
                                          "活动", "工作", "教育", "区",     "点" };
    for (size_t i = 0; i < COUNT_OF(who); i++) {
        Str rest = title;
        Str word = str_of(who[i]);
        for (size_t at = str_find(rest, word); at != SIZE_MAX; at = str_find(rest, word)) {
            rest = str_sub(rest, at + word.n, rest.n);
            if (!heads(rest, office, COUNT_OF(office)))
                return true;
        }
    }
    return false;
}

static bool rates(Str name, Str title)
{
    static const char *const how[] = { "评分",   "积分",     "打分", "得分", "信用分", "信用等级",
                                       "评级",   "评星",     "分级", "排名", "画像",   "黑名单",
                                       "红名单", "信用评价", "分数", "等级", "评价分" };
    static const char *const parts[] = { "score",  "scores", "points", "grade",
                                         "grades", "rating", "rank",   "credit" };
    return has_any(title, how, COUNT_OF(how)) || has_part(name, parts, COUNT_OF(parts));
}

static void check_rating(Compiler *c, const Node *n)
{
    Str title = title_of(n);
    const Node *type = n->kind == NODE_FIELD ? node_kid(n, NODE_TYPE) : NULL;
    bool score = type && type->word == WORD_SCORE;
    if ((score || rates(node_name(n), title)) && speaks_of_persons(title))
        complain(&c->c, n->file, node_place(n), NULL, "lang.rates_residents title=%.*s",
                 STR_ARG(title));
}

/* A record that names a person and holds a score is a profile of that person. */
static void check_profile(Compiler *c, const Node *n, const Book *book)
{
    bool person = is_resident(book->name, book->title);
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        person = person || f->type.hidden || f->type.kind == TYPE_CONTACT ||
                 is_resident(f->name, f->title);
    }
    for (size_t i = 0; i < book->field_count && person; i++)
        if (book->fields[i]->type.kind == TYPE_SCORE) {
            Place place = book->fields[i]->place;
            complain(&c->c, n->file, place, NULL, "lang.profile book=%.*s field=%.*s",
                     STR_ARG(book->name), STR_ARG(book->fields[i]->name));
        }
}

static void check_fields(Compiler *c, const Load *load, const Node *parent)
{
    FOR_EACH (kid, parent)
        if (kid->kind == NODE_FIELD) {
            check_rating(c, kid);
            check_personal(c, load, kid);
        }
}

/* What moves ask is written down like everything else. */
static void check_flow(Compiler *c, const Load *load, const Node *flow)
{
    FOR_EACH (move, flow)
        if (move->kind == NODE_MOVE && move->kid && move_fields(move))
            check_fields(c, load, move_fields(move));
}

void persons_load(Compiler *c, const Load *load)
{
    for (size_t i = 0; i < load->decl_count; i++) {
        const Node *n = load->decls[i];
        if (n->kind == NODE_FLOW)
            check_flow(c, load, n);
        bool declares = n->kind == NODE_KIND || n->kind == NODE_BOOK || n->kind == NODE_LIST ||
                        n->kind == NODE_FIGURE;
        if (!declares || node_token(n)->kind != TOKEN_NAME)
            continue;
        check_rating(c, n);
        check_fields(c, load, n);
        if (n->kind == NODE_KIND && is_resident(node_name(n), title_of(n)))
            complain(&c->c, n->file, node_place(n), NULL, "lang.resident_kind name=%.*s",
                     STR_ARG(node_name(n)));
    }
    for (size_t i = 0; i < c->all.n; i++)
        if (c->all.at[i]->load == load && c->all.at[i]->kind == SYMBOL_BOOK)
            check_profile(c, c->all.at[i]->node, c->all.at[i]->thing);
}

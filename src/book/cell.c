/* A cell as clerks write it: 5万元, 1,234.50, 66.7%, 2021年9月30日, 是, an item by name or title,
 * a unit by code. Nothing is guessed or rounded: what does not fit is a fault with its reason. */
#include "book/book_int.h"

#include "base/limits.h"
#include "base/utf8.h"

/* ---- numbers with Chinese multipliers and units ---- */

static bool drop_end(Str *s, const char *end)
{
    if (!str_ends(*s, str_of(end)))
        return false;
    *s = str_trim(str_sub(*s, 0, s->n - strlen(end)));
    return true;
}

/* 万 and 亿 (also k-free forms): the power of ten they stand for. */
static int drop_multiplier(Str *s)
{
    if (drop_end(s, "亿"))
        return 8;
    if (drop_end(s, "万"))
        return 4;
    return 0;
}

static const struct {
    TypeKind kind;
    const char *ends[4];
} unit_words[] = {
    { TYPE_MONEY, { "元", "圆" } },
    { TYPE_AREA, { "亩" } },
    { TYPE_RATE, { "元/亩", "元／亩", "元每亩" } },
    { TYPE_SCORE, { "分" } },
    { TYPE_RATIO, { "%", "％" } },
};

static void drop_unit(Str *s, TypeKind kind)
{
    for (size_t i = 0; i < sizeof unit_words / sizeof *unit_words; i++)
        for (size_t j = 0; unit_words[i].kind == kind && j < 4 && unit_words[i].ends[j]; j++)
            if (drop_end(s, unit_words[i].ends[j]))
                return;
}

static const char *number_fault(TypeKind kind)
{
    switch (kind) {
    case TYPE_INT: return "fault.type.int";
    case TYPE_MONEY: return "fault.type.money";
    case TYPE_AREA: return "fault.type.area";
    case TYPE_RATE: return "fault.type.rate";
    case TYPE_RATIO: return "fault.type.percent";
    case TYPE_SCORE: return "fault.type.score";
    default: return "fault.type.decimal";
    }
}

/* Digits at the scale of the type, after 10^power. */
static bool scaled(Str digits, int scale, int power, int64_t *ret)
{
    int whole = scale + power;
    int cut = whole > NUM_SCALE_MAX ? NUM_SCALE_MAX : whole;
    int64_t value = 0;
    if (!num_parse(digits, cut, &value))
        return false;
    Int128 wide = (Int128)value * num_pow10(whole - cut);
    if (!num_fits(wide))
        return false;
    *ret = (int64_t)wide;
    return true;
}

static bool parse_number(Work *w, const Type *type, Str text, int64_t *ret, const char **ret_what)
{
    Str s = text;
    drop_unit(&s, type->kind);
    int power = drop_multiplier(&s);
    if (type->kind == TYPE_RATIO)
        power = -2; /* stored as a share: 66.7% is 0.667 */
    if (scaled(s, type->scale, power, ret))
        return true;
    int64_t finer;
    bool too_fine = num_parse(s, NUM_SCALE_MAX, &finer);
    *ret_what = number_fault(type->kind);
    if (too_fine)
        *ret_what = arena_printf(w->arena, "fault.type.too_fine digits=%d", type->scale + power);
    return false;
}

static bool parse_bool(Str s, int64_t *ret)
{
    static const char *const yes[] = { "是", "有", "对", "√", "✓", "yes", "true", "1", "Y", "y" };
    static const char *const no[] = { "否", "无", "不", "×", "✗", "no", "false", "0", "N", "n" };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (str_is(s, yes[i]) || str_is(s, no[i])) {
            *ret = str_is(s, yes[i]);
            return true;
        }
    return false;
}

/* ---- times ---- */

static bool parse_time(Str text, int64_t *ret)
{
    Str rest = text;
    Str date = { 0 };
    int32_t day = 0;
    if (!str_next(&rest, ' ', &date) || !day_parse(date, &day))
        return false;
    *ret = day_first_ms(day);
    if (!rest.p)
        return true;
    Str hour = { 0 };
    int64_t h = 0, m = 0;
    Str minute = str_trim(rest);
    if (!str_next(&minute, ':', &hour) || !minute.p || !num_parse_int(hour, &h) ||
        !num_parse_int(minute, &m) || h < 0 || h > 24 || m < 0 || m > 59)
        return false;
    *ret += (h * 60 + m) * 60000;
    return true;
}

static bool parse_monthday(Str text, int64_t *ret)
{
    Str s = text;
    Str month = { 0 };
    int64_t m = 0, d = 0;
    (void)drop_end(&s, "日");
    size_t han = str_find(s, STR("月"));
    if (han != SIZE_MAX) {
        month = str_sub(s, 0, han);
        s = str_sub(s, han + 3, s.n);
    } else if (!str_next(&s, '-', &month) || !s.p) {
        return false;
    }
    if (!num_parse_int(month, &m) || !num_parse_int(s, &d) || m < 1 || m > 12 || d < 1 ||
        !day_exists(2000, (int)m, (int)d))
        return false;
    *ret = m * 100 + d;
    return true;
}

static const struct {
    const char *word;
    bool work;
    int64_t size; /* ms; a working day has eight hours */
} spans[] = {
    { "个工作日", true, DURATION_WORK_DAY },
    { "工作日", true, DURATION_WORK_DAY },
    { "工作小时", true, 3600000 },
    { "wd", true, DURATION_WORK_DAY },
    { "wh", true, 3600000 },
    { "分钟", false, 60000 },
    { "小时", false, 3600000 },
    { "天", false, 86400000 },
    { "日", false, 86400000 },
    { "min", false, 60000 },
    { "h", false, 3600000 },
    { "d", false, 86400000 },
    { "周", false, 604800000 },
    { "w", false, 604800000 },
};

static bool parse_duration(const Type *type, Str text, int64_t *ret)
{
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        Str s = text;
        int64_t n = 0;
        if (spans[i].work != type->work || !drop_end(&s, spans[i].word))
            continue;
        if (num_parse_int(s, &n) && n >= 0 && n < 1000000) {
            *ret = n * spans[i].size;
            *ret += spans[i].size == DURATION_WORK_DAY && n > 0; /* to the end of that day */
            return true;
        }
    }
    return false;
}

static bool parse_moment(const Type *type, Str text, int64_t *ret, const char **ret_what)
{
    int32_t day = 0;
    Period period = { 0 };
    switch (type->kind) {
    case TYPE_DATE:
        *ret_what = "fault.type.date";
        if (!day_parse(text, &day))
            return false;
        *ret = day;
        return true;
    case TYPE_TIME: *ret_what = "fault.type.time"; return parse_time(text, ret);
    case TYPE_MONTHDAY: *ret_what = "fault.type.monthday"; return parse_monthday(text, ret);
    case TYPE_DURATION: *ret_what = "fault.type.duration"; return parse_duration(type, text, ret);
    default:
        *ret_what = "fault.type.period";
        if (!period_parse(text, &period))
            return false;
        *ret = period.code;
        return true;
    }
}

/* ---- names of things ---- */

const Item *item_named(const List *list, Str text)
{
    for (size_t i = 0; i < list->item_count; i++)
        if (str_eq(list->items[i].name, text) || str_eq(list->items[i].title, text))
            return &list->items[i];
    return NULL;
}

static const char *item_fault(Work *w, const List *list, Str text)
{
    Str *titles = arena_array(w->arena, Str, list->item_count + 1);
    Buf all = buf_open(w->arena, 400);
    for (size_t i = 0; i < list->item_count; i++) {
        titles[i] = list->items[i].title.n ? list->items[i].title : list->items[i].name;
        if (all.n + titles[i].n < 300) {
            buf_putz(&all, i ? "、" : "");
            buf_put(&all, titles[i]);
        }
    }
    Str near = nearest_name(titles, list->item_count, text);
    Str words = buf_str(&all);
    if (near.n)
        return arena_printf(w->arena, "fault.type.item_near near=%.*s items=%.*s", STR_ARG(near),
                            STR_ARG(words));
    return arena_printf(w->arena, "fault.type.item items=%.*s", STR_ARG(words));
}

static bool parse_item(Work *w, const List *list, Str text, int64_t *ret, const char **ret_what)
{
    const Item *item = item_named(list, text);
    if (!item) {
        *ret_what = item_fault(w, list, text);
        return false;
    }
    *ret = item->number;
    return true;
}

/* Several items between , 、 ; and their full-width twins. */
static Str next_choice(Str *rest)
{
    static const char *const cuts[] = { ",", "、", ";", "，", "；", "|" };
    size_t best = SIZE_MAX, length = 0;
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        size_t at = str_find(*rest, str_of(cuts[i]));
        if (at < best) {
            best = at;
            length = strlen(cuts[i]);
        }
    }
    Str piece = str_sub(*rest, 0, best);
    *rest = best == SIZE_MAX ? (Str){ NULL, 0 } : str_sub(*rest, best + length, rest->n);
    return str_trim(piece);
}

static bool parse_set(Work *w, const List *list, Str text, int64_t *ret, const char **ret_what)
{
    int64_t set = 0;
    for (Str rest = text; rest.p;) {
        Str piece = next_choice(&rest);
        int64_t item = 0;
        if (!piece.n)
            continue;
        TRY(parse_item(w, list, piece, &item, ret_what));
        CHECK(item >= 1 && item <= 63);
        set |= INT64_C(1) << (item - 1);
    }
    *ret = set;
    return true;
}

static bool kind_fits(const Type *type, int32_t kind)
{
    for (size_t i = 0; i < type->kind_count; i++)
        if (type->kinds[i]->number == kind)
            return true;
    return type->kind_count == 0;
}

static bool parse_unit(Core *core, const Type *type, Str text, int32_t day, int64_t *ret,
                       const char **ret_what)
{
    int32_t unit = unit_find_code(core->units, text, day, KNOWN_NOW);
    *ret_what = "fault.type.unit";
    if (unit == UNIT_NONE)
        return false;
    *ret_what = "fault.type.unit_kind";
    if (!kind_fits(type, unit_kind(core->units, unit, day, KNOWN_NOW)))
        return false;
    *ret = unit;
    return true;
}

static bool parse_record(Work *w, Core *core, const Type *type, Str text, int64_t *ret,
                         const char **ret_what)
{
    Str s = str_starts(text, STR("#")) ? str_sub(text, 1, text.n) : text;
    int64_t ord = 0;
    *ret_what = "fault.type.record";
    if (!num_parse_int(s, &ord) || ord <= 0 || !type->book)
        return false;
    const RecordRow *row = record_find(w, core, type->book, 0, 0, ord, KNOWN_NOW);
    if (!row || row->state == RECORD_VOID)
        return false;
    *ret = ord;
    return true;
}

/* Nobody sees them; they break a page or its XML, turn the direction of what stands behind them, or
 * part the digits of a number that must not be told. */
static bool is_unseen(int32_t point)
{
    if (point < ' ')
        return point != '\t' && point != '\n' && point != '\r';
    return (point >= 0x7F && point <= 0x9F) || point == 0xAD || point == 0x61C || point == 0x200B ||
           point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF ||
           (point >= 0xFFF9 && point <= 0xFFFB) || (point & 0xFFFE) == 0xFFFE ||
           (point >= 0xE0000 && point <= 0xE007F);
}

/* What people paste brings some along, so they are left out and nothing is said of it. */
static Str without_unseen(Arena *arena, Str text)
{
    size_t at = 0;
    bool any = false;
    while (at < text.n && !any)
        any = is_unseen(utf8_next(text, &at));
    if (!any)
        return text;
    Buf out = buf_open(arena, text.n + 1);
    for (at = 0; at < text.n;) {
        size_t from = at;
        if (!is_unseen(utf8_next(text, &at)))
            buf_put(&out, str_sub(text, from, at - from));
    }
    return str_trim(buf_str(&out));
}

static bool parse_text(Work *w, const Type *type, Str text, Str *ret, const char **ret_what)
{
    Str nfc = { 0 };
    *ret_what = "fault.type.text";
    if (!utf8_nfc(w->arena, text, &nfc) || nfc.n > LIMIT_TEXT_BYTES)
        return false;
    nfc = without_unseen(w->arena, nfc);
    int64_t limit = type->kind == TYPE_TEXT && type->high >= type->low ? type->high : 0;
    if (limit > 0 && utf8_count(nfc) > (size_t)limit) {
        *ret_what = arena_printf(w->arena, "fault.range.text most=%lld have=%zu", (long long)limit,
                                 utf8_count(nfc));
        return false;
    }
    *ret = nfc;
    return true;
}

/* The name that blob_put gave. */
static bool parse_attachment(Work *w, Core *core, Str text, Str *ret, const char **ret_what)
{
    bool known = false;
    *ret_what = "fault.type.attachment";
    if (!blob_known(w, core, text, &known) || !known)
        return false;
    *ret = text;
    return true;
}

/* An int a..b: both ends belong to it. */
static bool in_range(Work *w, const Type *type, int64_t n, const char **ret_what)
{
    if (type->kind != TYPE_INT || type->low > type->high || (n >= type->low && n <= type->high))
        return true;
    *ret_what = arena_printf(w->arena, "fault.range.int low=%lld high=%lld", (long long)type->low,
                             (long long)type->high);
    return false;
}

bool cell_parse(Work *w, Core *core, const Field *field, Str text, int32_t day, int64_t *ret_num,
                Str *ret_text, const char **ret_what)
{
    const Type *type = &field->type;
    Str s = str_trim(text);
    switch (type->kind) {
    case TYPE_BOOL: *ret_what = "fault.type.bool"; return parse_bool(s, ret_num);
    case TYPE_INT:
        return parse_number(w, type, s, ret_num, ret_what) && in_range(w, type, *ret_num, ret_what);
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_RATIO:
    case TYPE_SCORE: return parse_number(w, type, s, ret_num, ret_what);
    case TYPE_DURATION:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_MONTHDAY:
    case TYPE_PERIOD: return parse_moment(type, s, ret_num, ret_what);
    case TYPE_ITEM: return parse_item(w, type->list, s, ret_num, ret_what);
    case TYPE_SET: return parse_set(w, type->list, s, ret_num, ret_what);
    case TYPE_UNIT: return parse_unit(core, type, s, day, ret_num, ret_what);
    case TYPE_RECORD: return parse_record(w, core, type, s, ret_num, ret_what);
    case TYPE_PERSON: *ret_what = "fault.type.person"; return num_parse_int(s, ret_num);
    case TYPE_IMAGE:
    case TYPE_FILE: return parse_attachment(w, core, s, ret_text, ret_what);
    case TYPE_TEXT:
    case TYPE_CONTACT:
    case TYPE_CODE:
    case TYPE_POINT:
    case TYPE_PROSE: return parse_text(w, type, s, ret_text, ret_what);
    case TYPE_NONE:
    case TYPE_KIND:
    case TYPE_ACTOR:
    case TYPE_STATE: break;
    }
    check_failed("a field of this type", __FILE__, __LINE__);
    return false;
}

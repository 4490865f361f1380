/* Names, units and values of rows as JSON. */
#include "view/view_int.h"

Str zh_en(const Asking *a, const char *zh, const char *en)
{
    return str_of(a->r->lang == LANG_EN ? en : zh);
}

Str say(Work *w, const Asking *a, const char *what)
{
    return word_text(w->arena, what, a->r->lang);
}

/* ---- titles ---- */

Str title_of(const Asking *a, const Pack *pack, const char *noun, Str path, Str title)
{
    Str english = { 0 };
    if (a->r->lang == LANG_EN && pack)
        english = pack_word(pack, noun, path);
    if (english.n)
        return english;
    return title.n ? title : path;
}

static Str joined(char *room, size_t size, Str head, Str tail)
{
    int n = snprintf(room, size, "%.*s.%.*s", STR_ARG(head), STR_ARG(tail));
    return n > 0 && (size_t)n < size ? (Str){ room, (size_t)n } : (Str){ "", 0 };
}

Str field_title(const Asking *a, const Book *book, const Field *field)
{
    char room[256];
    Str title = field->title.n ? field->title : field->name;
    return title_of(a, book->pack, "field", joined(room, sizeof room, book->name, field->name),
                    title);
}

Str flow_title(const Asking *a, const Book *book, const char *noun, Str name, Str title)
{
    char room[256];
    return title_of(a, book->pack, noun, joined(room, sizeof room, book->flow, name), title);
}

/* A choice of a field is a list named BOOK.FIELD, of the pack of its book. */
Str item_title(const Asking *a, const List *list, const Book *book, const Item *item)
{
    char room[256];
    const Pack *pack = list->pack ? list->pack : book ? book->pack : NULL;
    Str title = item->title.n ? item->title : item->name;
    return title_of(a, pack, "item", joined(room, sizeof room, list->name, item->name), title);
}

void json_name(Buf *out, const char *key, Str name, Str title)
{
    json_object(out, key);
    json_text(out, "name", name);
    json_text(out, "title", title);
    json_object_end(out);
}

void json_kinds(const Asking *a, Buf *out, const char *key, const Kind *const *kinds, size_t n)
{
    json_array(out, key);
    for (size_t i = 0; i < n; i++)
        json_name(out, NULL, kinds[i]->name,
                  title_of(a, kinds[i]->pack, "kind", kinds[i]->name, kinds[i]->title));
    json_array_end(out);
}

void json_unit(Work *w, const Asking *a, Buf *out, const char *key, int32_t unit, int32_t day)
{
    (void)w;
    const Units *units = a->core->units;
    Str code = unit_code(units, unit, day, KNOWN_NOW);
    Str name = unit_name(units, unit, day, KNOWN_NOW);
    int32_t number = unit_kind(units, unit, day, KNOWN_NOW);
    if (!code.n && day != a->today) { /* born later */
        code = unit_code(units, unit, a->today, KNOWN_NOW);
        name = unit_name(units, unit, a->today, KNOWN_NOW);
        number = unit_kind(units, unit, a->today, KNOWN_NOW);
    }
    const Kind *kind = set_kind_number(a->set, number);
    json_object(out, key);
    json_text(out, "code", code.p ? code : STR(""));
    json_text(out, "name", name.p ? name : STR(""));
    json_text(out, "kind", kind ? kind->name : STR(""));
    json_text(out, "kind_title",
              kind ? title_of(a, kind->pack, "kind", kind->name, kind->title) : STR(""));
    json_object_end(out);
}

Str pack_title(const Asking *a, const Pack *pack)
{
    return title_of(a, pack, "pack", STR("pack"), pack->title.n ? pack->title : pack->name);
}

void json_pack(Work *w, const Asking *a, Buf *out, const char *key, const Pack *pack)
{
    json_object(out, key);
    json_text(out, "name", pack->name);
    json_text(out, "title", pack_title(a, pack));
    json_int(out, "version", pack->version);
    json_text(out, "first_day", day_print(w->arena, pack->first_day));
    bool open = pack->last_day == DAY_FOREVER;
    json_text(out, "last_day", open ? (Str){ 0 } : day_print(w->arena, pack->last_day));
    json_text(out, "owner", pack->owner.p ? pack->owner : STR(""));
    json_text(out, "basis", pack->basis.p ? pack->basis : STR(""));
    json_text(out, "approval", pack->approval.p ? pack->approval : STR(""));
    json_bool(out, "over", pack->last_day < a->today);
    json_object_end(out);
}

/* ---- periods ---- */

Str period_code_text(Work *w, int64_t code)
{
    Period p = { .kind = PERIOD_NONE };
    if (!code)
        return (Str){ 0 };
    if (code >= PERIOD_RECORD_BASE)
        return str_printf(w->arena, "#%lld", (long long)(code - PERIOD_RECORD_BASE));
    return period_of_code(code, &p) ? period_print(w->arena, p) : (Str){ 0 };
}

Str period_text(Work *w, const Book *book, Period p)
{
    bool timed = p.kind != PERIOD_NONE || (book && book_has_period(book));
    if (timed && !p.code) /* a stretch made by [ytd], [last n] */
        return period_print(w->arena, p);
    return timed ? period_code_text(w, p.code) : (Str){ 0 };
}

const char *state_name(RecordState state)
{
    switch (state) {
    case RECORD_NONE: return "none";
    case RECORD_FILED: return "filed";
    case RECORD_RETURNED: return "returned";
    case RECORD_CONFIRMED: return "confirmed";
    case RECORD_VOID: return "void";
    }
    return "none";
}

/* ---- values ---- */

const char *type_word(TypeKind kind)
{
    switch (kind) {
    case TYPE_NONE: return "none";
    case TYPE_BOOL: return "bool";
    case TYPE_INT: return "int";
    case TYPE_DECIMAL: return "decimal";
    case TYPE_MONEY: return "money";
    case TYPE_AREA: return "area";
    case TYPE_RATE: return "rate";
    case TYPE_RATIO: return "ratio";
    case TYPE_SCORE: return "score";
    case TYPE_DURATION: return "duration";
    case TYPE_DATE: return "date";
    case TYPE_TIME: return "time";
    case TYPE_MONTHDAY: return "monthday";
    case TYPE_PERIOD: return "period";
    case TYPE_TEXT: return "text";
    case TYPE_ITEM: return "item";
    case TYPE_SET: return "set";
    case TYPE_UNIT: return "unit";
    case TYPE_RECORD: return "record";
    case TYPE_PERSON: return "person";
    case TYPE_CONTACT: return "contact";
    case TYPE_CODE: return "code";
    case TYPE_IMAGE: return "image";
    case TYPE_FILE: return "file";
    case TYPE_POINT: return "point";
    case TYPE_PROSE: return "prose";
    case TYPE_STATE: return "state";
    case TYPE_KIND: return "kind";
    case TYPE_ACTOR: return "actor";
    }
    return "none";
}

Str measure_of(const Asking *a, const Type *type)
{
    switch ((int)type->kind) {
    case TYPE_MONEY: return zh_en(a, "元", "yuan");
    case TYPE_AREA: return zh_en(a, "亩", "mu");
    case TYPE_RATE: return zh_en(a, "元/亩", "yuan per mu");
    case TYPE_RATIO: return STR("%");
    case TYPE_SCORE: return zh_en(a, "分", "points");
    default: return STR("");
    }
}

static Str number_text(Work *w, const Type *type, int64_t num)
{
    if (type->kind == TYPE_RATIO) /* percent */
        return num_print_as(w->arena, num, type->scale - 2, type->scale - 2, ROUND_HALF, true);
    bool cents = type->kind == TYPE_MONEY && num % num_pow10(type->scale) != 0;
    return num_print_as(w->arena, num, type->scale, type->scale, ROUND_HALF, !cents);
}

static void json_set(Buf *out, const char *key, const List *list, int64_t set)
{
    json_array(out, key);
    for (int32_t n = 1; n <= 63; n++) {
        const Item *item = set >> (n - 1) & 1 ? list_item_number(list, n) : NULL;
        if (item)
            json_text(out, NULL, item->name);
    }
    json_array_end(out);
}

/* As it is written: n wd is n working days and the odd one (TYPE_DURATION). */
static Str duration_text(Work *w, const Type *type, int64_t n)
{
    enum { HOUR_MS = 3600000, MINUTE_MS = 60000, WORK_DAY_MS = 8 * HOUR_MS };
    long long days = n / MS_PER_DAY, hours = n / HOUR_MS, minutes = n / MINUTE_MS;
    if (type->work && n % WORK_DAY_MS == 1)
        return str_printf(w->arena, "%lldwd", (long long)(n / WORK_DAY_MS));
    if (type->work)
        return str_printf(w->arena, "%lldwh", hours);
    if (n % MS_PER_DAY == 0)
        return str_printf(w->arena, "%lldd", days);
    return n % HOUR_MS == 0 ? str_printf(w->arena, "%lldh", hours)
                            : str_printf(w->arena, "%lldmin", minutes);
}

void json_number(Work *w, const Asking *a, Buf *out, const char *key, const Type *type, int64_t num)
{
    const Item *item;
    switch ((int)type->kind) {
    case TYPE_BOOL: json_z(out, key, num ? "true" : "false"); return;
    case TYPE_DATE: json_text(out, key, day_print(w->arena, (int32_t)num)); return;
    case TYPE_TIME: json_text(out, key, ms_print(w->arena, num)); return;
    case TYPE_MONTHDAY:
        json_text(out, key, str_printf(w->arena, "%02d-%02d", (int)(num / 100), (int)(num % 100)));
        return;
    case TYPE_PERIOD: json_text(out, key, period_code_text(w, num)); return;
    case TYPE_DURATION: json_text(out, key, duration_text(w, type, num)); return;
    case TYPE_ITEM:
        item = list_item_number(type->list, (int32_t)num);
        json_text(out, key, item ? item->name : (Str){ 0 });
        return;
    case TYPE_SET: json_set(out, key, type->list, num); return;
    case TYPE_UNIT:
        json_text(out, key, unit_code(a->core->units, (int32_t)num, a->today, KNOWN_NOW));
        return;
    case TYPE_RECORD: json_text(out, key, str_printf(w->arena, "#%lld", (long long)num)); return;
    default: json_text(out, key, number_text(w, type, num));
    }
}

void json_value(Work *w, const Asking *a, Buf *out, const char *key, const Field *field,
                const RecordRow *row)
{
    int32_t n = field->number;
    bool known = row && row->known && row_known(row, n);
    if (field_is_private(field)) {
        json_object(out, key);
        json_bool(out, "private", true);
        json_bool(out, "known", known);
        json_object_end(out);
        return;
    }
    if (!known)
        json_null(out, key);
    else if (type_is_number(field->type))
        json_number(w, a, out, key, &field->type, row->nums[n]);
    else
        json_text(out, key, row->texts && row->texts[n].p ? row->texts[n] : STR(""));
}

void json_values(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                 const Sight *sight, const RecordRow *row)
{
    json_object(out, key);
    for (size_t i = 0; row && row->known && i < book->field_count; i++) {
        if (!sight_has(sight, book->fields[i]))
            continue;
        json_key(out, book->fields[i]->name);
        json_value(w, a, out, NULL, book->fields[i], row);
    }
    json_object_end(out);
}

void json_items(Buf *out, const char *key, const Book *book, int64_t ord)
{
    int32_t items[8] = { 0 };
    json_array(out, key);
    if (book_is_return(book) && book->key_count && book->key_count <= 8)
        book_items(book, ord, items);
    for (size_t i = 0; i < book->key_count && i < 8; i++) {
        const Item *item = items[i] ? list_item_number(book->keys[i], items[i]) : NULL;
        json_text(out, NULL, item ? item->name : STR(""));
    }
    json_array_end(out);
}

/* A value back as a clerk would write it, so that cell_parse reads the same value again. */
#include "book/book_int.h"

#include "base/utf8.h"

static Str print_set(Work *w, const List *list, int64_t set)
{
    Buf out = buf_open(w->arena, 1 << 16);
    for (int32_t n = 1; n <= 63; n++) {
        const Item *item = set >> (n - 1) & 1 ? list_item_number(list, n) : NULL;
        if (!item)
            continue;
        buf_putz(&out, out.n ? "、" : "");
        buf_put(&out, item->title.n ? item->title : item->name);
    }
    return buf_str(&out);
}

static Str print_duration(Work *w, const Type *type, int64_t n)
{
    if (type->work && (n == 0 || n % DURATION_WORK_DAY == 1))
        return str_printf(w->arena, "%lldwd", (long long)n / DURATION_WORK_DAY);
    if (type->work)
        return str_printf(w->arena, "%lldwh", (long long)n / 3600000);
    if (n % MS_PER_DAY == 0)
        return str_printf(w->arena, "%lldd", (long long)(n / MS_PER_DAY));
    if (n % 3600000 == 0)
        return str_printf(w->arena, "%lldh", (long long)n / 3600000);
    return str_printf(w->arena, "%lldmin", (long long)n / 60000);
}

static Str print_period(Work *w, int64_t code)
{
    Period p = { .kind = PERIOD_RECORD, .code = code };
    (void)period_of_code(code, &p);
    return period_print(w->arena, p);
}

static Str print_number(Work *w, Core *core, const Type *type, int64_t n, int32_t day)
{
    const Item *item = NULL;
    switch (type->kind) {
    case TYPE_BOOL: return n ? STR("是") : STR("否");
    case TYPE_RATIO: {
        Str digits = num_print_as(w->arena, n, type->scale - 2, type->scale - 2, ROUND_HALF, true);
        return str_printf(w->arena, "%.*s%%", STR_ARG(digits));
    }
    case TYPE_DURATION: return print_duration(w, type, n);
    case TYPE_DATE: return day_print(w->arena, (int32_t)n);
    case TYPE_TIME: return ms_print(w->arena, n);
    case TYPE_MONTHDAY: return str_printf(w->arena, "%02d-%02d", (int)(n / 100), (int)(n % 100));
    case TYPE_PERIOD: return print_period(w, n);
    case TYPE_ITEM:
        item = list_item_number(type->list, (int32_t)n);
        if (!item)
            return STR("");
        return item->title.n ? item->title : item->name;
    case TYPE_SET: return print_set(w, type->list, n);
    case TYPE_UNIT: return unit_code(core->units, (int32_t)n, day, KNOWN_NOW);
    case TYPE_RECORD: return str_printf(w->arena, "#%lld", (long long)n);
    default: return num_print_as(w->arena, n, type->scale, type->scale, ROUND_HALF, true);
    }
}

Str cell_print(Work *w, Core *core, const Field *field, const RecordRow *row, int32_t day)
{
    if (!row_known(row, field->number))
        return STR("");
    if (field_is_private(field))
        return STR("***"); /* it has a value; the value is not in the row */
    if (!type_is_number(field->type))
        return row->texts[field->number];
    return print_number(w, core, &field->type, row->nums[field->number], day);
}

/* One open store with its figures, and the judge that joins books with them. */
#include "command/command_int.h"

/* What stands around an open core. */
static bool furnish(Work *w, Kernel *k)
{
    k->figures = figures_open(k->core);
    k->cases = cases_open(k->core);
    k->numbers = numbers_open();
    k->links = links_open(k->core);
    k->told = told_open(k->core);
    if (accounts_open(w, k->core->store.db, &k->accounts))
        return true;
    kernel_close(k);
    return false;
}

bool kernel_open(Work *w, const char *dir, DbMode mode, Kernel *ret)
{
    *ret = (Kernel){ 0 };
    return core_open(w, dir, mode, &ret->core) && furnish(w, ret);
}

bool kernel_memory(Work *w, Kernel *ret)
{
    *ret = (Kernel){ 0 };
    return core_memory(w, &ret->core) && furnish(w, ret);
}

void kernel_close(Kernel *k)
{
    if (k->accounts)
        accounts_close(&k->accounts);
    if (k->told)
        told_close(&k->told);
    if (k->links)
        links_close(&k->links);
    if (k->numbers)
        numbers_close(&k->numbers);
    if (k->cases)
        cases_close(&k->cases);
    if (k->figures)
        figures_close(&k->figures);
    if (k->core)
        core_close(&k->core);
}

bool kernel_reload(Work *w, Kernel *k)
{
    accounts_rolled_back(k->accounts);
    numbers_forget(k->numbers);
    return core_reload(w, k->core);
}

void kernel_committed(Kernel *k)
{
    accounts_committed(k->accounts);
}

static bool judge_truth(Work *w, void *self, const Book *book, const RecordRow *row,
                        const Expr *expr, Verdict *ret)
{
    Truth truth;
    TRY(row_truth(w, self, book, row, expr, &truth));
    *ret = truth == TRUTH_TRUE    ? VERDICT_TRUE
           : truth == TRUTH_FALSE ? VERDICT_FALSE
                                  : VERDICT_UNKNOWN;
    return true;
}

static bool judge_compute(Work *w, void *self, const Book *book, RecordRow *row, int64_t *nums,
                          uint64_t *known)
{
    return row_compute(w, self, book, row, nums, known);
}

static bool judge_expected(Work *w, void *self, const Book *book, int32_t unit, Period period,
                           int64_t ord, bool *ret)
{
    return cell_expected(w, self, book, unit, period, ord, ret);
}

static bool judge_value(Work *w, void *self, const Book *book, const RecordRow *row,
                        const Expr *expr, int64_t *ret, bool *ret_known)
{
    return row_number(w, self, book, row, expr, ret, ret_known);
}

Judge judge_of(Figures *figures)
{
    return (Judge){ figures, judge_truth, judge_compute, judge_expected, judge_value };
}

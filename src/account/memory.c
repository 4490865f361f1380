/* Accounts in memory: arrays with indexes, edited when the transaction that wrote them is committed
 * and never before, so that nobody signs in by what a full disk then took back. */
#include "account/account_int.h"

/* ---- indexes ---- */

size_t index_next(const Index *index, uint64_t key, size_t *at)
{
    if (!index->count)
        return NO_ROW;
    size_t mask = index->count - 1;
    size_t i = *at == SIZE_MAX ? key & mask : (*at + 1) & mask;
    for (; index->slots[i].row; i = (i + 1) & mask)
        if (index->slots[i].key == key) {
            *at = i;
            return index->slots[i].row - 1;
        }
    return NO_ROW;
}

static void index_put(Index *index, uint64_t key, uint32_t row)
{
    size_t i = key & (index->count - 1);
    while (index->slots[i].row)
        i = (i + 1) & (index->count - 1);
    index->slots[i] = (Slot){ key, row };
    index->used++;
}

void index_add(Index *index, uint64_t key, size_t row)
{
    if (index->used * 2 >= index->count) {
        Index more = { .count = index->count ? index->count * 2 : 64 };
        more.slots = heap_zeroed(more.count, sizeof *more.slots);
        for (size_t i = 0; i < index->count; i++)
            if (index->slots[i].row)
                index_put(&more, index->slots[i].key, index->slots[i].row);
        heap_free(index->slots);
        *index = more;
    }
    index_put(index, key, (uint32_t)row + 1);
}

void index_drop(Index *index)
{
    heap_free(index->slots);
    *index = (Index){ 0 };
}

uint64_t key_of_text(Str text)
{
    return key_of_hash(hash_of(text.p, text.n));
}

uint64_t key_of_hash(Hash hash)
{
    uint64_t key = 0;
    memcpy(&key, hash.byte, sizeof key);
    return key ? key : 1;
}

/* ---- finding ---- */

const AccountRow *account_row(const Accounts *a, int32_t person)
{
    size_t at = SIZE_MAX;
    size_t row = index_next(&a->by_person, (uint64_t)(uint32_t)person, &at);
    return row == NO_ROW ? NULL : &a->accounts[row];
}

const AccountRow *login_row(const Accounts *a, Str login)
{
    size_t at = SIZE_MAX;
    for (size_t row; (row = index_next(&a->by_login, key_of_text(login), &at)) != NO_ROW;)
        if (str_is(login, a->accounts[row].login))
            return &a->accounts[row];
    return NULL;
}

SessionRow *session_row(const Accounts *a, Hash secret)
{
    size_t at = SIZE_MAX;
    for (size_t row; (row = index_next(&a->by_secret, key_of_hash(secret), &at)) != NO_ROW;)
        if (memcmp(&a->sessions[row].secret, &secret, sizeof secret) == 0)
            return &a->sessions[row];
    return NULL;
}

const AccountRow *account_row_now(const Accounts *a, int32_t person)
{
    for (size_t i = a->pending_n; i-- > 0;)
        if (a->pending[i].kind == PENDING_ACCOUNT && a->pending[i].account.person == person)
            return &a->pending[i].account;
    return account_row(a, person);
}

const AccountRow *login_row_now(const Accounts *a, Str login)
{
    for (size_t i = a->pending_n; i-- > 0;)
        if (a->pending[i].kind == PENDING_ACCOUNT && str_is(login, a->pending[i].account.login))
            return &a->pending[i].account;
    return login_row(a, login);
}

/* ---- editing ---- */

static void *room_for(void *items, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return items;
    size_t more = *room ? *room * 2 : 16;
    items = heap_grow(items, *room, more, size);
    *room = more;
    return items;
}

void memory_add_account(Accounts *a, const AccountRow *row)
{
    size_t at = SIZE_MAX;
    size_t old = index_next(&a->by_person, (uint64_t)(uint32_t)row->person, &at);
    if (old != NO_ROW) { /* the login of an account never changes */
        CHECK(!strcmp(a->accounts[old].login, row->login));
        int64_t step = a->accounts[old].second_step; /* may have been used up since */
        a->accounts[old] = *row;
        if (step > row->second_step)
            a->accounts[old].second_step = step;
        return;
    }
    a->accounts = room_for(a->accounts, a->account_n, &a->account_room, sizeof *row);
    a->accounts[a->account_n] = *row;
    index_add(&a->by_person, (uint64_t)(uint32_t)row->person, a->account_n);
    index_add(&a->by_login, key_of_text(str_of(row->login)), a->account_n);
    a->account_n++;
}

void memory_add_session(Accounts *a, const SessionRow *row)
{
    SessionRow *old = session_row(a, row->secret);
    if (old) {
        old->stored_ms = row->stored_ms;
        return;
    }
    a->sessions = room_for(a->sessions, a->session_n, &a->session_room, sizeof *row);
    a->sessions[a->session_n] = *row;
    index_add(&a->by_secret, key_of_hash(row->secret), a->session_n++);
}

void memory_add_link(Accounts *a, const LinkRow *row)
{
    a->links = room_for(a->links, a->link_n, &a->link_room, sizeof *row);
    a->links[a->link_n++] = *row;
}

static void drop_links(Accounts *a, int32_t person)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->link_n; i++)
        if (a->links[i].person != person)
            a->links[kept++] = a->links[i];
    a->link_n = kept;
}

/* The place of a dropped session is taken by the last one; the index is made again afterwards. */
static void drop_session(Accounts *a, Hash secret)
{
    for (size_t i = 0; i < a->session_n; i++)
        if (memcmp(&a->sessions[i].secret, &secret, sizeof secret) == 0) {
            a->sessions[i] = a->sessions[--a->session_n];
            return;
        }
}

static void index_sessions(Accounts *a)
{
    index_drop(&a->by_secret);
    for (size_t i = 0; i < a->session_n; i++)
        index_add(&a->by_secret, key_of_hash(a->sessions[i].secret), i);
}

Pending *pending_add(Accounts *a, PendingKind kind)
{
    a->pending = room_for(a->pending, a->pending_n, &a->pending_room, sizeof *a->pending);
    Pending *p = &a->pending[a->pending_n++];
    *p = (Pending){ .kind = kind };
    return p;
}

static void take_in(Accounts *a, const Pending *p, bool *dropped)
{
    switch (p->kind) {
    case PENDING_ACCOUNT: memory_add_account(a, &p->account); return;
    case PENDING_SESSION:
        if (*dropped)
            index_sessions(a);
        *dropped = false;
        memory_add_session(a, &p->session);
        return;
    case PENDING_SESSION_DROP:
        drop_session(a, p->session.secret);
        *dropped = true;
        return;
    case PENDING_LINK: memory_add_link(a, &p->link); return;
    case PENDING_LINK_DROP: drop_links(a, p->link.person); return;
    case PENDING_KEY:
        a->key = p->key;
        a->has_key = true;
        return;
    }
}

void accounts_committed(Accounts *a)
{
    accounts_lock(a);
    bool dropped = false;
    for (size_t i = 0; i < a->pending_n; i++)
        take_in(a, &a->pending[i], &dropped);
    if (dropped)
        index_sessions(a);
    a->pending_n = 0;
    accounts_unlock(a);
}

void accounts_rolled_back(Accounts *a)
{
    accounts_lock(a);
    a->pending_n = 0;
    accounts_unlock(a);
}

void memory_free(Accounts *a)
{
    heap_free(a->accounts);
    heap_free(a->sessions);
    heap_free(a->links);
    heap_free(a->pending);
    index_drop(&a->by_person);
    index_drop(&a->by_login);
    index_drop(&a->by_secret);
}

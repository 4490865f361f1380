/* The tree of RFC 6962 §2.1 over leaf hashes: node = SHA-256(0x01 ‖ left ‖ right), split at the
 * largest power of two below the size. A Frontier holds the roots of the perfect subtrees that make
 * up a tree of any size, largest first: all that is needed to add leaves and to know the root. */
#include "store/log_int.h"

Hash tree_node(const Hash *left, const Hash *right)
{
    uint8_t bytes[1 + 2 * sizeof(Hash)];
    bytes[0] = 1;
    memcpy(bytes + 1, left->byte, sizeof(Hash));
    memcpy(bytes + 1 + sizeof(Hash), right->byte, sizeof(Hash));
    return hash_of(bytes, sizeof bytes);
}

size_t frontier_add_levels(Frontier *f, Hash leaf, Hash *ret_levels)
{
    Hash node = leaf;
    size_t levels = 0;
    unsigned height = 0;
    CHECK(f->n < FRONTIER_MAX);
    for (uint64_t size = f->size; size & 1; size >>= 1) {
        node = tree_node(&f->hash[--f->n], &node);
        if (++height % 8 == 0)
            ret_levels[levels++] = node;
    }
    f->hash[f->n++] = node;
    f->size++;
    CHECK(f->n == (size_t)__builtin_popcountll(f->size));
    return levels;
}

void frontier_add(Frontier *f, Hash leaf)
{
    Hash levels[TILE_LEVELS + 1];
    (void)frontier_add_levels(f, leaf, levels);
}

Hash frontier_root(const Frontier *f)
{
    if (f->n == 0)
        return hash_of("", 0);
    Hash root = f->hash[f->n - 1];
    for (size_t i = f->n - 1; i-- > 0;)
        root = tree_node(&f->hash[i], &root);
    return root;
}

Hash tree_root(const Hash *leaves, size_t n)
{
    Frontier f = { 0 };
    for (size_t i = 0; i < n; i++)
        frontier_add(&f, leaves[i]);
    return frontier_root(&f);
}

/* RFC 9162 §2.1.3.2. */
bool tree_check(Hash leaf, int64_t index, int64_t size, const Hash *path, size_t n, Hash root)
{
    if (index < 0 || index >= size)
        return false;
    uint64_t at = (uint64_t)index;
    uint64_t last = (uint64_t)size - 1;
    Hash node = leaf;
    for (size_t i = 0; i < n; i++) {
        if (last == 0)
            return false;
        if ((at & 1) == 0 && at != last) {
            node = tree_node(&node, &path[i]);
        } else {
            node = tree_node(&path[i], &node);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && memcmp(node.byte, root.byte, sizeof root.byte) == 0;
}

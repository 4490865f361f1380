/* RFC 6962 against its published test vectors (the eight leaves used by the certificate
 * transparency reference implementation and all that followed it). */
#include "base/test.h"
#include "store/log_int.h"

static const struct Vector {
    const char *leaf; /* data, in hex */
    const char *root; /* of the tree that ends with this leaf */
} vectors[] = {
    { "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
    { "00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
    { "10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
    { "2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
    { "3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
    { "40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
    { "5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
    { "606162636465666768696a6b6c6d6e6f",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};
enum { VECTORS = sizeof vectors / sizeof *vectors };

static Hash leaf_of(const char *hex)
{
    uint8_t bytes[64] = { 0 };
    size_t n = strlen(hex) / 2;
    EXPECT(hex_parse(str_of(hex), bytes + 1, n));
    return hash_of(bytes, n + 1);
}

static bool is_hash(Hash hash, const char *hex)
{
    Hash want;
    return hex_parse(str_of(hex), want.byte, sizeof want.byte) &&
           memcmp(&want, &hash, sizeof hash) == 0;
}

TEST(the_published_roots_come_out)
{
    Hash leaves[VECTORS];
    Frontier f = { 0 };
    EXPECT(is_hash(tree_root(NULL, 0),
                   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    for (size_t i = 0; i < VECTORS; i++) {
        leaves[i] = leaf_of(vectors[i].leaf);
        frontier_add(&f, leaves[i]);
        EXPECT(is_hash(tree_root(leaves, i + 1), vectors[i].root));
        EXPECT(is_hash(frontier_root(&f), vectors[i].root));
    }
}

TEST(the_published_paths_hold_and_others_do_not)
{
    static const struct Path {
        int64_t index, size;
        size_t n;
        const char *path[3];
    } paths[] = {
        { 0, 1, 0, { NULL } },
        { 0,
          8,
          3,
          { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
        { 5,
          8,
          3,
          { "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
        { 2, 3, 1, { "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" } },
        { 1,
          5,
          3,
          { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct Path *p = &paths[i];
        Hash path[3], root;
        for (size_t j = 0; j < p->n; j++)
            EXPECT(hex_parse(str_of(p->path[j]), path[j].byte, 32));
        EXPECT(hex_parse(str_of(vectors[p->size - 1].root), root.byte, 32));
        Hash leaf = leaf_of(vectors[p->index].leaf);
        EXPECT(tree_check(leaf, p->index, p->size, path, p->n, root));
        EXPECT(!tree_check(leaf, p->index, p->size, path, p->n, leaf) || p->size == 1);
        EXPECT(!tree_check(leaf, p->index + 1, p->size, path, p->n, root));
        EXPECT(!tree_check(leaf, p->index, p->size + 8, path, p->n, root));
        EXPECT(p->n == 0 || !tree_check(leaf, p->index, p->size, path, p->n - 1, root));
    }
}

# y is the reduction alone: what is made of it is a block of its own in TVM.
def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    norm = block("norm")
    norm_i, norm_k = sch.get_loops(norm)
    half = block("half")
    half_i, = sch.get_loops(half)
    y = block("y")
    y_i, y_k = sch.get_loops(y)
    sch.compute_inline(half)
    # no counterpart of compute_root of norm: it is the default
    norm_ko, norm_ki = sch.split(norm_k, factors=[None, 4])
    norm_rf = sch.rfactor(norm_ki, factor_axis=1)
    norm_rf_i, norm_rf_ko, norm_rf_ki = sch.get_loops(norm_rf)
    norm_i, norm_ki_2 = sch.get_loops(norm)
    sch.unroll(norm_rf_ki)
    x_cache = sch.cache_read(y, "x", "global", consumer_blocks=[y])
    sch.compute_at(x_cache, y_i, preserve_unit_loops=True)
    x_cache_i, x_cache_k = sch.get_loops(x_cache)[-2:]
    sch.transform_layout(x_cache, ("write", 0), lambda d0, d1: [d1, d0])
    sch.reorder(x_cache_k, x_cache_i)
    x_cache_k_i = sch.fuse(x_cache_k, x_cache_i)

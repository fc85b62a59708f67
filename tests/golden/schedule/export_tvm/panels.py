def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    y = block("y")
    y_i, y_j, y_k = sch.get_loops(y)
    y_io, y_ii = sch.split(y_i, factors=[None, 6])
    y_jo, y_ji = sch.split(y_j, factors=[None, 16])
    sch.reorder(y_jo, y_io, y_k, y_ii, y_ji)
    b_cache = sch.cache_read(y, "b", "global", consumer_blocks=[y])
    sch.compute_at(b_cache, y_jo, preserve_unit_loops=True)
    b_cache_k, b_cache_j = sch.get_loops(b_cache)[-2:]
    sch.transform_layout(b_cache, ("write", 0), lambda d0, d1: [d1 // 16, d0, d1 % 16])
    b_cache_jo, b_cache_ji = sch.split(b_cache_j, factors=[None, 16])
    sch.vectorize(b_cache_ji)
    y_tile = sch.cache_write(y, 0, "local")
    sch.reverse_compute_at(y_tile, y_io)
    sch.unroll(y_ii)
    sch.vectorize(y_ji)
    sch.parallel(y_jo)

def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    y = block("y")
    y_i, y_j, y_k = sch.get_loops(y)
    b_cache = sch.cache_read(y, "b", "global", consumer_blocks=[y])
    sch.compute_at(b_cache, y_i, preserve_unit_loops=True)
    b_cache_k, b_cache_j = sch.get_loops(b_cache)[-2:]
    sch.storage_align(b_cache, 0, axis=0, factor=32, offset=0)
    sch.storage_align(b_cache, 0, axis=0, factor=32, offset=16)
    a_cache = sch.cache_read(y, "a", "global", consumer_blocks=[y])
    sch.compute_at(a_cache, y_i, preserve_unit_loops=True)
    a_cache_i, a_cache_k = sch.get_loops(a_cache)[-2:]
    sch.transform_layout(a_cache, ("write", 0), lambda d0, d1: [d1, d0])
    # no counterpart of align_storage of a_cache: its order is another one
    # no counterpart of stream of y: its stores are the code generator's

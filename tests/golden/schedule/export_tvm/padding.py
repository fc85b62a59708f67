def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    h = block("h")
    h_r, h_c = sch.get_loops(h)
    v = block("v")
    v_r, v_c = sch.get_loops(v)
    sch.transform_layout(h, ("write", 0), lambda d0, d1: [d1, d0])
    # no counterpart of pad_to of h: pad_einsum pads all of a block, and the buffers around it
    # no counterpart of pad_to of v: pad_einsum pads all of a block, and the buffers around it
    h_cache = sch.cache_read(v, "h", "global", consumer_blocks=[v])
    sch.compute_at(h_cache, v_r, preserve_unit_loops=True)
    h_cache_r, h_cache_c = sch.get_loops(h_cache)[-2:]
    sch.transform_layout(h_cache, ("write", 0), lambda d0, d1: [d1 // 8, d0, d1 % 8], pad_value=0)
    h_cache_co, h_cache_ci = sch.split(h_cache_c, factors=[None, 8])
    sch.vectorize(h_cache_ci)

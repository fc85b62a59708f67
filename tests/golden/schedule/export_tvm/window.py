def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    h = block("h")
    h_r, h_c = sch.get_loops(h)
    v = block("v")
    v_r, v_c = sch.get_loops(v)
    v_ro, v_ri = sch.split(v_r, factors=[None, 5])
    sch.compute_at(h, v_ri, preserve_unit_loops=True)
    h_r, h_c = sch.get_loops(h)[-2:]
    # no counterpart of store_root of h: TVM allocates where all accesses are
    # no counterpart of store_at of h: TVM allocates where all accesses are
    # no counterpart of fold_storage of h: rolling_buffer slides and folds at once
    # no counterpart of fold_storage of h: rolling_buffer slides and folds at once

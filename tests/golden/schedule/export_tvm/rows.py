def schedule(sch):
    block = getattr(sch, "get_sblock", None) or sch.get_block
    h = block("h")
    h_r, h_c = sch.get_loops(h)
    v = block("v")
    v_r, v_c = sch.get_loops(v)
    v_ro, v_ri = sch.split(v_r, factors=[None, 4])
    sch.compute_at(h, v_ro, preserve_unit_loops=True)
    h_r, h_c = sch.get_loops(h)[-2:]
    h_co, h_ci = sch.split(h_c, factors=[None, 8])
    sch.vectorize(h_ci)
    sch.set_scope(h, 0, "local")
    v_co, v_ci = sch.split(v_c, factors=[None, 8])  # tail mask: TVM guards
    sch.vectorize(v_ci)
    sch.parallel(v_ro)
